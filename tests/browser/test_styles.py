"""Tailwind's classes in Chromium: what the server compiled looks as Tailwind's own whole build does, and comes in time."""

import json
import os
import time
from pathlib import Path

import pytest
from playwright.async_api import expect
from starlette.requests import Request
from starlette.responses import HTMLResponse

import justui as ui
from justui import engine, tailwind
from justui.assets import base_sheet
from justui.store import store
from tests.browser.live import Site, comes, joined, operations
from tests.conftest import Proxied, Serve
from tests.harness.browser import People

CSS = """
@theme { --color-brand: #123456; --animate-wiggle: wiggle 1s infinite; @keyframes wiggle { 50% { rotate: 3deg } } }
@utility tab-four { tab-size: 4; }
.btn { @apply px-4 py-1 bg-brand text-white hover:bg-red-500 shadow-md; }
"""
LOOKS = (
    "p-4 m-2 !p-1 -mt-2 w-[calc(100%-1rem)] text-center", "shadow-lg shadow-red-500 ring-2 ring-blue-500 inset-ring",
    "bg-linear-to-r from-red-500 via-green-500 to-blue-500 to-90%", "blur-sm grayscale backdrop-blur-md drop-shadow-lg",
    "translate-x-2 -translate-y-1/2 rotate-45 skew-x-6 scale-110", "space-y-4 divide-y divide-red-500 [&>b]:p-2 *:italic",
    "before:content-['}'] before:block before:p-3 after:content-['a_b']", "animate-spin", "animate-wiggle",
    "dark:bg-red-500 bg-white dark:hover:p-2", "@container", "grid grid-cols-[auto_1fr] gap-3", "btn tab-four",
    "bg-[url(/none.png)] bg-cover p-1.5 w-1/2 2xl:flex max-sm:hidden md:p-3 p-2 sm:p-1", "border border-dashed border-b-4",
    "text-brand/50 bg-black/25 font-mono text-lg/7 tracking-wide underline decoration-wavy", "container mx-auto",
    "group p-1", "peer", "peer-[:is(b)]:p-7 group-[.p-1]:m-3", "transition duration-300 ease-in-out", "border-spacing-2 table",
    "[--mine:3px] p-(--mine)", "line-clamp-2 truncate", "mask-linear-50 snap-x touch-pan-x tabular-nums", "unknown-class x",
)  # fmt: skip
STYLES_OF_ALL = """() => {
  for (const animation of document.getAnimations()) {
    animation.pause();
    animation.currentTime = 0;
  }
  return [...document.querySelectorAll("body *")].filter((node) => node.className !== undefined).map((node) =>
  ["", "::before", "::after"].map((part) => {
    const style = getComputedStyle(node, part);
    return [...style].filter((name) => !name.startsWith("--")).map((name) => `${name}: ${style.getPropertyValue(name)}`).join("; ");
  }));
}"""


def looks() -> ui.Div:
    return ui.Div(*(ui.Div("text", ui.B("bold"), ui.B("more"), classes=names) for names in LOOKS))


def whole_build() -> str:
    """What Tailwind makes of all these classes at once."""
    files = {path: store().get("tailwindcss", path) for path in engine.FILES}
    text = tailwind.source(CSS, bare=False, preflight="", theme=files["theme.css"].decode())
    built = engine.Engine(files, text)
    names = json.dumps(" ".join(LOOKS).split())
    return str(json.loads(built._context.eval(f"JSON.stringify(made.sheet.build({names}))")))


async def test_the_lines_of_a_page_look_as_the_whole_build(person: People, serve: Serve) -> None:
    app = ui.App(debug=False, css=CSS)
    app.route("/")(lambda: ui.WebPage(looks()))

    @app.route("/whole")
    def whole(request: Request) -> HTMLResponse:
        rows = "".join(f'<div class="{names}">text<b>bold</b><b>more</b></div>' for names in LOOKS)
        head = f'<link rel="stylesheet" href="{base_sheet().address}"><style>{whole_build()}</style>'
        return HTMLResponse(f'<!doctype html><html lang="en">{head}<body><div>{rows}</div></body>')

    server = serve(app)
    somebody = await person(viewport={"width": 900, "height": 700})
    ours = await somebody.open(server.address)
    theirs = await somebody.open(server.address + "/whole")
    for tab in (ours, theirs):
        tab.allow("none.png|404")
    await joined(ours)
    mine, wanted = [await tab.page.evaluate(STYLES_OF_ALL) for tab in (ours, theirs)]
    assert len(mine) == len(wanted) > len(LOOKS)
    for one, other in zip(mine, wanted, strict=True):
        for part, right in zip(one, other, strict=True):
            assert set(part.split("; ")) ^ set(right.split("; ")) == set()


async def test_a_new_class_comes_with_its_element_and_never_after(
    person: People, serve: Serve, proxied: Proxied
) -> None:
    page = ui.WebPage(ui.P("there", classes="p-4"))
    site = Site(serve, proxied, page, css=f"/* {os.getpid()} {time.time()} */")
    tab = await site.open(await person())
    assert await tab.page.evaluate("getComputedStyle(document.querySelector('p')).paddingTop") == "16px"
    await tab.page.evaluate(
        """() => {
          globalThis.seen = [];
          const look = () => {
            const node = document.querySelector("#new");
            if (node) seen.push(getComputedStyle(node).paddingTop);
          };
          new MutationObserver(look).observe(document.body, { childList: true, subtree: true, attributes: true });
          const frame = () => { look(); requestAnimationFrame(frame); };
          frame();
        }"""
    )
    new = ui.P("new", id="new", classes="pt-[13px]", a=page)
    page.update()
    await expect(tab.page.locator("#new")).to_be_visible()
    new.classes = "pt-[17px]"
    page.update()
    await comes(lambda: tab.page.evaluate("seen.at(-1) === '17px'"))
    assert set(await tab.page.evaluate("seen")) == {"13px", "17px"}
    assert [one[0] for one in operations(tab)][:2] == ["y", "i"]
    exact = await tab.page.evaluate("document.getElementById('justui-sheet').textContent.split('\\n')")
    assert page._delivery.styling is not None
    assert exact == page._delivery.styling.sheet.text.split("\n")


async def test_dark_follows_the_system_or_the_page(person: People, serve: Serve, proxied: Proxied) -> None:
    page = ui.WebPage(ui.P("text", classes="bg-white dark:bg-black"), ui.Button("go"))
    tab = await Site(serve, proxied, page).open(await person())

    async def are(wanted: tuple[str, str]) -> bool:
        seen = await tab.page.evaluate(
            "['p', 'html'].map((name) => getComputedStyle(document.querySelector(name)).backgroundColor)"
        )
        return tuple(seen) == wanted

    light, dark = ("rgb(255, 255, 255)", "rgb(250, 250, 248)"), ("rgb(0, 0, 0)", "rgb(23, 24, 27)")
    assert await are(light)
    await tab.page.emulate_media(color_scheme="dark")
    assert await are(dark)
    page.dark = False
    page.update()
    await comes(lambda: are(light))
    page.dark = None
    page.update()
    await comes(lambda: are(dark))
    await tab.page.emulate_media(color_scheme="light")
    page.dark = True
    page.update()
    await comes(lambda: are(dark))


@pytest.mark.parametrize("theme", ["default", None])
async def test_any_class_wins_over_the_look_of_elements(
    person: People, serve: Serve, proxied: Proxied, theme: str | None
) -> None:
    page = ui.WebPage(
        ui.Button("go", classes="p-0 rounded-none bg-red-500"), ui.H1("Title", classes="text-sm mt-7"),
        ui.Div(ui.P("in", classes="mt-3"), classes="flex"), theme=theme,
    )  # fmt: skip
    tab = await Site(serve, proxied, page).open(await person())
    look = "(name) => { const s = getComputedStyle(document.querySelector(name)); return [s.paddingTop, s.borderRadius, s.marginTop, s.fontSize]; }"
    assert (await tab.page.evaluate(look, "button"))[:2] == ["0px", "0px"]
    assert (await tab.page.evaluate(look, "h1"))[2:] == ["28px", "14px"]
    assert (await tab.page.evaluate(look, "p"))[2] == "12px"


WITHOUT = """
import sys
sys.modules["quickjs"] = None  # as where the extra is not installed
import justui as ui
app = ui.App(debug=False, css="@theme { --color-brand: #123456 } .btn { @apply p-[7px] }")
@app.route("/")
def index():
    page = ui.WebPage(ui.P("text", classes="p-[13px] text-brand"), ui.B("x", classes="btn"))
    def change():
        page.components[0].classes = "p-[17px]"
    ui.Button("go", on_click=change, a=page)
    return page
app.run()
"""


async def test_without_the_compiler_the_browser_compiles(person: People, serve: Serve, tmp_path: Path) -> None:
    store().get(tailwind.BROWSER_PACKAGE, tailwind.BROWSER_FILE)
    program = tmp_path / "app.py"
    program.write_text(WITHOUT)
    server = serve.program(program)
    tab = await (await person()).open(server.address)
    await joined(tab)
    padding = "getComputedStyle(document.querySelector('p')).paddingTop"
    await comes(lambda: tab.page.evaluate(f"{padding} === '13px'"))
    colour = "getComputedStyle(document.querySelector('p')).color"
    assert await tab.page.evaluate(colour) == "rgb(18, 52, 86)"
    await tab.page.get_by_text("go").click()
    await comes(lambda: tab.page.evaluate(f"{padding} === '17px'"))
    assert server.log.count("justui[tailwind]") == 1
