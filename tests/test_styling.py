"""Styles on the wire: with the patch that needs them, never behind it, and everything else in its order (laws 3 and 5)."""

import asyncio
import json
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import justui as ui
from justui import wire
from justui.testing import Browser, Tab
from tests.harness.compiling import busy, learn, own_folder, unseen_css
from tests.harness.waiting import eventually


def names(tab: Tab, start: int = 0) -> list[str]:
    """The operations that a tab has got, by their letters."""
    return [operation[0] for operation in tab.operations[start:]]


def served(*pages: ui.WebPage, css: str | None = None) -> ui.App:
    app = ui.App(debug=True, css=unseen_css() if css is None else css)
    for number, page in enumerate(pages):
        app.route(f"/{number or ''}")(lambda page=page: page)
    return app


def sheet(page: ui.WebPage) -> list[str]:
    assert page._delivery.styling is not None
    return page._delivery.styling.sheet.text.split("\n")


def styles(tab: Tab, name: str) -> bool:
    """Whether the tab has the line of this class."""
    return any(f".{name}{{" in line for line in tab.document.sheet)


def styled(tab: Tab, name: str) -> Callable[[], bool]:
    """The same, as a condition to wait for."""
    return lambda: styles(tab, name)


async def test_the_first_response_has_exactly_what_the_page_shows() -> None:
    page = ui.WebPage(
        ui.Div("a", ui.P("hidden", classes="m-4", show=False), classes="p-4"),
        ui.Div(inner_html="<b class=\"p-1\">x</b><i CLASS=p-2>y</i><u class='p-3 &#112;-5'>z</u>"),
        ui.Div(attributes={"data-transition": "opacity-0 | duration-300"}),
        classes="p-6",
    )
    async with Browser(served(page)) as browser:
        tab = await browser.open("/")
        for name in ("p-4", "p-1", "p-2", "p-3", "p-5", "p-6", "opacity-0", "duration-300"):
            assert styles(tab, name), name
        assert not styles(tab, "m-4")
        assert tab.document.sheet == sheet(page)


async def test_a_known_class_comes_in_the_frame_of_its_patch() -> None:
    page = ui.WebPage(box := ui.Div("a"))
    async with Browser(served(page, css="/* known */")) as browser:
        tab = await browser.open("/")
        assert page._delivery.styling is not None
        assert page._delivery.styling.sheet.dialect is not None
        learn(page._delivery.styling.sheet.dialect, "p-4 m-4")
        for change in ("p-4", "p-4 m-4", "m-4"):
            box.classes = change
            page.update()
        await tab.wait_for(lambda: len(tab.operations) == 5)
        assert names(tab) == ["y", "a", "y", "a", "a"]
        assert len(tab.frames) == 4  # the greeting is one
        assert tab.document.sheet == sheet(page)


async def test_a_patch_waits_for_its_lines() -> None:
    page = ui.WebPage(box := ui.Div("a"))
    async with Browser(served(page)) as browser:
        tab, other = await browser.open("/"), await browser.open("/")
        with busy() as free:
            box.classes = "p-[13px]"
            page.update()
            box.text = "b"
            page.update()
            await asyncio.sleep(0)
            assert names(tab) == []
            free.set()
            await tab.wait_for("b")
            await other.wait_for("b")
        assert names(tab) == names(other) == ["y", "a", "t"]
        assert tab.document.sheet == other.document.sheet == sheet(page)


async def test_acknowledgements_keep_their_place() -> None:
    """Law 5: behind all patches collected before the event was stored, before all collected after."""
    page = ui.WebPage()
    field = ui.Input(a=page)

    def change() -> None:
        button.classes = f"p-[{len(field.value)}px]"
        field.value += "!"

    button = ui.Button("go", on_click=change, a=page)
    async with Browser(served(page)) as browser:
        tab = await browser.open("/")
        with busy() as free:
            for letter in "ab":
                await tab.type("input", letter)
                await tab.click("go")
            await eventually(lambda: field.value.count("!") == 2)
            assert tab.frames[1:] == ['[["k",1]]']
            free.set()
            await tab.wait_for(lambda: tab.value("input") == "a!b!")
        told = [one for frame in tab.frames if frame[0] == "[" for one in json.loads(frame)]
        assert [(one[0], one[-1]) for one in told if one[0] in "kva"] == [
            ("k", 1),
            ("a", {"class": "p-[1px]"}),
            ("v", "a!"),
            ("k", 2),
            ("v", "a!b"),
            ("a", {"class": "p-[3px]"}),
            ("v", "a!b!"),
        ]
        assert field.value == "a!b!"


async def test_messages_and_commands_stay_behind_what_was_held() -> None:
    page = ui.WebPage(box := ui.Div("a"))
    field = ui.Input()
    async with Browser(served(page)) as browser:
        tab = await browser.open("/")
        with busy() as free:
            box.classes = "p-[14px]"
            page.add(field)
            (here,) = page.tabs
            here.do(field, "focus", ())
            page.update()
            here.notify("done")
            free.set()
            await tab.wait_for(lambda: "o" in names(tab))
        assert names(tab) == ["y", "a", "i", "d", "o"]


async def test_a_tab_that_joins_while_others_wait_gets_the_lines_once() -> None:
    page = ui.WebPage(box := ui.Div("a"))
    async with Browser(served(page)) as browser:
        tab = await browser.open("/")
        with busy() as free:
            box.classes = "p-[15px]"
            page.update()
            # More than the two seconds of patience: the page comes without the line, which follows.
            late = await browser.open("/")
            assert not styles(late, "p-\\[15px\\]")
            started = time.monotonic()
            await browser.open("/")
            assert time.monotonic() - started < 1, "nobody waits a second time"
            free.set()
            await late.wait_for(styled(late, "p-\\[15px\\]"))
        await tab.wait_for(styled(tab, "p-\\[15px\\]"))
        box.classes = "p-[16px]"
        page.update()
        for one in (tab, late):
            await one.wait_for(styled(one, "p-\\[16px\\]"))
            assert one.document.sheet == sheet(page)
        fresh = await browser.open("/")
        assert fresh.document.sheet == sheet(page)


async def test_an_update_of_one_tab_holds_nobody_elses_place() -> None:
    page = ui.WebPage(box := ui.Div("a"), other := ui.Div("x"))
    async with Browser(served(page)) as browser:
        one, two = await browser.open("/"), await browser.open("/")
        first, second = page.tabs
        with busy() as free:
            box.classes = "p-[17px]"
            page.update(tab=first)
            other.text = "y"
            page.update(tab=second)
            free.set()
            await one.wait_for(styled(one, "p-\\[17px\\]"))
            await two.wait_for("y")
        assert names(one) == ["y", "a"]
        assert names(two) == ["y", "a", "t"]
        page.update()
        await one.wait_for("y")
        assert one.document.sheet == two.document.sheet == sheet(page)


async def test_a_component_on_two_pages_brings_its_lines_to_both() -> None:
    shared = ui.Div("a")
    pages = ui.WebPage(shared, ui.P("1", classes="m-1")), ui.WebPage(shared, ui.P("2", classes="m-2"))
    async with Browser(served(*pages)) as browser:
        tabs = await browser.open("/"), await browser.open("/1")
        shared.classes = "p-[18px]"
        shared.update()
        for tab, page in zip(tabs, pages, strict=True):
            await tab.wait_for(styled(tab, "p-\\[18px\\]"))
            assert tab.document.sheet == sheet(page)
        assert not styles(tabs[0], "m-2")
        assert not styles(tabs[1], "m-1")


async def test_changes_from_a_thread_wait_too() -> None:
    page = ui.WebPage(box := ui.Div("a"))
    async with Browser(served(page)) as browser:
        tab = await browser.open("/")

        def work() -> None:
            for number in range(20, 25):
                box.classes = f"p-[{number}px]"
                box.update()

        thread = threading.Thread(target=work)
        thread.start()
        await tab.wait_for(styled(tab, "p-\\[24px\\]"))
        thread.join()
        assert tab.document.sheet == sheet(page)


async def test_a_fresh_state_has_the_whole_sheet() -> None:
    page = ui.WebPage(box := ui.Div("a"))
    async with Browser(served(page)) as browser:
        tab = await browser.open("/")
        box.classes = "p-[19px]"
        page.update()
        page._delivery.make_stale()
        await tab.wait_for(lambda: "s" in names(tab))
        await tab.wait_for(styled(tab, "p-\\[19px\\]"))
        assert tab.document.sheet == sheet(page)


async def test_a_page_that_goes_while_it_waits_leaves_nothing() -> None:
    page = ui.WebPage(box := ui.Div("a"))
    async with Browser(served(page)) as browser:
        tab = await browser.open("/")
        with busy() as free:
            box.classes = "p-[21px]"
            page.update()
            await tab.leave()
            await eventually(lambda: not page.has_tabs)
            free.set()
        again = await browser.open("/")
        assert styles(again, "p-\\[21px\\]")
        assert page._delivery.styling is not None
        assert page._delivery.styling.idle


async def test_a_page_without_tailwind_has_no_sheet() -> None:
    page = ui.WebPage(box := ui.Div("a", classes="p-4"), tailwind=False)
    async with Browser(served(page)) as browser:
        tab = await browser.open("/")
        box.classes = "m-4"
        page.update()
        await tab.wait_for(lambda: names(tab) == ["a"])
        assert tab.document.sheet == []
        answer = await browser.fetch("/")
        assert "fallback." not in answer.text


async def test_a_bare_page_has_tailwinds_preflight_and_no_look_of_ours() -> None:
    page = ui.WebPage(ui.Div("a", classes="p-4"), theme=None)
    async with Browser(served(page)) as browser:
        answer = await browser.fetch("/")
        assert "/base." not in answer.text
        assert "border: 0 solid" in answer.text or "border:0 solid" in answer.text


def test_another_theme_is_refused() -> None:
    with pytest.raises(ui.TreeError, match="theme='dark'"):
        ui.WebPage(theme="dark")


async def test_a_pages_css_with_tailwind_in_it_is_compiled_and_may_change() -> None:
    page = ui.WebPage(ui.Div("a", classes="box p-2"), css=".box { @apply p-[22px] }")
    async with Browser(served(page, css="@theme { --color-mine: #123 }")) as browser:
        tab = await browser.open("/")
        assert tab.document.page["css"] == ""
        assert any(line.startswith(".box{padding:22px}") for line in tab.document.sheet)
        page.css = ".box { @apply p-[23px] text-mine }"
        page.update()
        await tab.wait_for(lambda: any(".box{padding:23px" in line for line in tab.document.sheet))
        assert styles(tab, "p-2")
        assert not any("22px" in line for line in tab.document.sheet)
        page.css = ".box { padding: 24px }"
        page.update()
        await tab.wait_for(lambda: tab.document.page["css"] == ".box { padding: 24px }")


async def test_a_fault_in_css_is_named_in_the_page_and_the_log(caplog: pytest.LogCaptureFixture) -> None:
    app = served(ui.WebPage(ui.Div("a", classes="p-2"), title="Faulty"), css=f".bad {{ @apply nope }} {unseen_css()}")
    with caplog.at_level(logging.WARNING):
        async with Browser(app) as browser:
            tab = await browser.open("/")
            await tab.wait_for(lambda: "x" in names(tab))
    (fault,) = [one[1] for one in tab.operations if one[0] == wire.FAULT]
    assert "nope" in fault["text"]
    assert ".bad" in fault["text"]
    assert "nope" in caplog.text
    assert styles(tab, "p-2")


async def test_dark_is_a_setting_of_the_page() -> None:
    page = ui.WebPage(dark=True)
    async with Browser(served(page)) as browser:
        tab = await browser.open("/")
        assert tab.document.page["dark"] == "dark"
        seen = []
        for value in (False, None, True):
            page.dark = value
            seen.append(page.dark)
            page.update()
        await tab.wait_for(lambda: len(tab.operations) == 3)
        assert seen == [False, None, True]
        assert [one[1] for one in tab.operations] == [{"dark": "light"}, {"dark": ""}, {"dark": "dark"}]


async def test_without_a_source_pages_have_a_few_classes_and_do_not_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    page = ui.WebPage(box := ui.Div("a", classes="p-4"))
    app = served(page)
    with own_folder(tmp_path / "nothing", empty=True):
        app.config = type(app.config)(assets=str(tmp_path / "nothing"), cdn="http://127.0.0.1:9")
        async with Browser(app) as browser:
            tab = await browser.open("/")
            answer = await browser.fetch("/")
            assert "fallback." in answer.text
            box.classes = "m-4"
            page.update()
            await tab.wait_for(lambda: "a" in names(tab))
