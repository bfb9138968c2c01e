"""The document around a page: settings, boot data, policy header. What the first response looks like."""

import gzip
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

import justui as ui
from justui import assets
from justui.testing import Browser, Tab

ROOT: Final = Path(__file__).resolve().parents[1]


async def open_page(page: ui.WebPage, **settings: bool) -> Tab:
    app = ui.App(**{"debug": True, **settings})  # type: ignore[arg-type]
    app.route("/")(lambda: page)
    async with Browser(app) as browser:
        return await browser.open(join=False)


def nonce_of(policy: str | None) -> str:
    found = re.search(r"script-src 'nonce-([\w-]+)'", policy or "")
    assert found is not None
    return found[1]


async def test_the_policy_is_the_one_of_the_law() -> None:
    tab = await open_page(ui.WebPage())
    policy = tab.response.header("content-security-policy")
    nonce = nonce_of(policy)
    assert len(nonce) >= 22
    assert policy == (
        f"default-src 'self'; script-src 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
        "style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; "
        "base-uri 'none'; form-action 'self'"
    )
    assert nonce_of((await open_page(ui.WebPage())).response.header("content-security-policy")) != nonce


async def test_nobody_keeps_a_response_that_has_a_token() -> None:
    response = (await open_page(ui.WebPage())).response
    assert response.header("cache-control") == "no-store"
    assert response.header("x-content-type-options") == "nosniff"
    assert response.header("content-type") == "text/html; charset=utf-8"


async def test_the_first_response_is_the_page() -> None:
    page = ui.WebPage(
        ui.H1("Café <&>"), title="A <title>", lang="de", favicon="/icon.png?a=1&b=2", css="p { color: red }"
    )
    text = (await open_page(page)).response.text
    assert text.startswith('<!doctype html>\n<html lang="de">')
    assert "<title>A &lt;title&gt;</title>" in text
    assert '<link rel="icon" href="/icon.png?a=1&amp;b=2">' in text
    assert re.search(r'<style id="justui-css" nonce="[\w-]+">p { color: red }</style>', text)
    assert re.search(r"<body data-j=\d+><h1 data-j=\d+>Café &lt;&amp;></h1></body>", text)


@pytest.mark.parametrize("text", ["</style><script>alert(1)</script>", "</StYlE >", "<!-- </style"])
async def test_a_sheet_cannot_end_its_element(text: str) -> None:
    html = (await open_page(ui.WebPage(css=text))).response.text
    inside = html.partition('<style id="justui-css"')[2].partition("</style>")[0]
    assert "<" in inside
    assert "</" not in inside


async def test_what_is_put_into_the_head_may_run() -> None:
    """Scripts and sheets of the page's author get the nonce; everything else stays as it is."""
    head = (
        '<script src="/a.js"></script><STYLE>b{}</STYLE><meta name="x" content="<script"><link rel=stylesheet href=c>'
    )
    tab = await open_page(ui.WebPage(head_html=head))
    nonce = nonce_of(tab.response.header("content-security-policy"))
    inside = tab.response.text.partition('<template id="justui-head-start"></template>')[2]
    inside = inside.partition('<template id="justui-head-end"></template>')[0]
    assert f'<script nonce="{nonce}" src="/a.js">' in inside
    assert f'<STYLE nonce="{nonce}">' in inside
    assert f'<link nonce="{nonce}" rel=stylesheet' in inside
    assert '<meta name="x"' in inside


async def test_the_boot_data_is_json_that_cannot_end_its_element() -> None:
    tab = await open_page(ui.WebPage())
    raw = re.search(r'<script type="application/json" id="justui-boot">(.*?)</script>', tab.response.text)
    assert raw is not None
    boot = json.loads(raw[1])
    limits = {"longest", "largest", "frame", "grace"}
    assert set(boot) == {"token", "tab", "socket", "bridge", "method", "debug", "protocol", *limits}
    assert boot["socket"].startswith("/_justui/ws/")
    assert (boot["method"], boot["debug"], boot["protocol"]) == ("GET", True, 1)
    assert "<" not in raw[1]


@pytest.mark.parametrize("debug", [True, False])
async def test_a_page_loads_one_script_and_one_sheet_of_ours(debug: bool) -> None:
    """In debug mode the script can be read, else it is minified."""
    app = ui.App(debug=debug)
    app.route("/")(lambda: ui.WebPage(ui.P("x")))
    async with Browser(app) as browser:
        text = (await browser.open(join=False)).response.text
        scripts = re.findall(r'<script [^>]*src="([^"]+)"', text)
        sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', text)
        assert (len(scripts), len(sheets)) == (1, 1)
        script = await browser.request("GET", scripts[0])
        sheet = await browser.request("GET", sheets[0])
        assert (script.header("content-type"), sheet.header("content-type")) == (
            "text/javascript; charset=utf-8",
            "text/css; charset=utf-8",
        )
        assert script.body == assets.runtime(readable=debug).content
        assert sheet.body == assets.base_sheet().content
        assert (await browser.request("GET", "/_justui/nothing.js")).status == 404


def test_the_runtime_is_one_module_without_imports_and_comments() -> None:
    text = assets.runtime(readable=False).content.decode()
    assert not re.search(r"^\s*import\b", text, re.M)
    assert re.findall(r"^\s*export\b.*", text, re.M) == [text.splitlines()[-1]]
    assert not re.search(r"^\s*(//|/\*)", text, re.M)
    assert not re.search(r"\beval\(|new Function", text)


@pytest.mark.covers("JM-04")
async def test_only_pages_of_an_app_with_calls_or_topics_begin_with_the_second_script() -> None:
    for use, scripts in (
        (None, ["readable"]),
        ("expose", ["readable", "readable-bridge"]),
        ("topic", ["readable", "readable-bridge"]),
    ):
        app = ui.App(debug=True)
        app.route("/")(lambda: ui.WebPage(ui.P("x")))
        if use == "expose":
            app.expose(len, "size")
        elif use == "topic":
            app.topic("news", allow=True)
        async with Browser(app) as browser:
            text = (await browser.open(join=False)).response.text
        assert re.findall(r'<script [^>]*src="/_justui/([\w-]+)\.', text) == scripts


@pytest.mark.parametrize("readable", [True, False])
def test_the_bridge_imports_what_the_runtime_exports(readable: bool) -> None:
    runtime, bridge = assets.runtime(readable=readable), assets.bridge(readable=readable)
    first, _, rest = bridge.content.decode().partition("\n")
    found = re.fullmatch(r'import\{([\w,]+)\}from"\./([\w.-]+)";', first)
    assert found
    assert found[2] == runtime.name
    exported = re.search(r"export\{([\w,]+)\};\n$", runtime.content.decode())
    assert exported
    assert set(found[1].split(",")) <= set(exported[1].split(","))
    assert not re.search(r"^\s*(import|export)\b", rest, re.M)
    assert re.fullmatch(r"(readable-)?bridge\.[0-9a-f]{16}\.js", bridge.name)


def test_files_are_known_by_their_names() -> None:
    asset = assets.runtime(readable=False)
    assert re.fullmatch(r"runtime\.[0-9a-f]{16}\.js", asset.name)
    assert assets.assets()[asset.name] is asset
    assert gzip.decompress(asset.zipped) == asset.content


@pytest.mark.parametrize("changed", ["browser/wire.js", "components/upload.js", "components/base.css", "minify.py"])
def test_files_that_are_made_of_something_else_have_other_names(changed: str, tmp_path: Path) -> None:
    """Browsers keep them for ever."""
    package = tmp_path / "justui"
    shutil.copytree(ROOT / "justui", package, ignore=shutil.ignore_patterns("__pycache__"))
    with (package / changed).open("a") as file:
        file.write("\n")
    show = "from justui.assets import assets; print(*assets())"
    said = subprocess.run([sys.executable, "-c", show], cwd=tmp_path, capture_output=True, text=True, check=True)
    before, after = assets.assets(), said.stdout.split()
    assert [name.partition(".")[0] for name in after] == [name.partition(".")[0] for name in before]
    assert set(after).isdisjoint(before)


async def test_a_message_is_escaped_and_runs_nothing() -> None:
    app = ui.App(debug=True)

    @app.route("/")
    def index() -> ui.Component:
        raise ValueError("<script>alert(1)</script>")

    async with Browser(app) as browser:
        response = await browser.request("GET", "/")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in response.text
    assert "<script" not in response.text
    assert (response.header("content-security-policy") or "").startswith("default-src 'none'")
    assert response.header("cache-control") == "no-store"


async def test_scripts_of_the_head_run_behind_the_runtime() -> None:
    """Or a module of the program's own would find no `server`."""
    app = ui.App()
    app.expose(print, "say")
    app.route("/")(lambda: ui.WebPage(head_html='<script type="module">server.say()</script>'))
    async with Browser(app) as browser:
        text = (await browser.open()).response.text
    scripts = re.findall(r'<script [^>]*type="module"[^>]*>', text)
    assert ["src=" in script for script in scripts] == [True, True, False]
