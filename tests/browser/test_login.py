"""Login and logout in a real browser: the cookie comes by way of the tab, other tabs go on, and all of them end together."""

import pytest
from playwright.async_api import expect

import justui as ui
from tests.browser.live import Site, joined
from tests.conftest import Proxied, Serve
from tests.harness.browser import People
from tests.harness.waiting import eventually


def club() -> ui.App:
    app = ui.App(drain=0.2)

    def members(request: ui.Request) -> None:
        if request.session.user is None:
            ui.redirect("/door")

    @app.route("/door")
    def door(request: ui.Request) -> ui.WebPage:
        request.session["seen"] = True

        def enter(msg: ui.Event) -> None:
            assert msg.session is not None
            msg.session.login(name.value)
            ui.redirect("inside")  # a relative address, as the browser reads it

        def stay(msg: ui.Event) -> None:
            assert msg.session is not None
            msg.session.login(name.value)

        name = ui.Input(id="name")
        return ui.WebPage(name, ui.Button("Enter", on_click=enter), ui.Button("Stay", on_click=stay), title="Door")

    @app.route("/inside", before=members)
    def inside(request: ui.Request) -> ui.WebPage:
        def leave(msg: ui.Event) -> None:
            assert msg.session is not None
            msg.session.logout()
            ui.redirect("/bye")

        page = ui.WebPage(ui.H1(f"hello {request.session.user}"), ui.Input(id="note"), title="Inside")
        page.add(ui.Button("Leave", on_click=leave))
        return page

    app.route("/bye")(lambda: ui.WebPage(ui.H1("bye"), title="Bye"))
    return app


@pytest.mark.covers("PC-24", "PC-25")
async def test_login_and_logout_reach_all_tabs(serve: Serve, proxied: Proxied, person: People) -> None:
    app = club()
    site = Site(serve, proxied, app)
    ann = await person()
    second = await site.open(ann, "door")
    first = await site.open(ann, "inside")
    await expect(first.page).to_have_title("Door")  # 302
    (before,) = await first.page.context.cookies()
    assert before["httpOnly"]
    waiting = {tab.id for tab in app.tabs}

    await first.page.fill("#name", "ann")
    await first.page.click("text=Enter")
    await expect(first.page.locator("h1")).to_have_text("hello ann")
    (after,) = await first.page.context.cookies()
    assert after["value"] != before["value"]

    # The other tab came again under the new cookie: the same tab, and what is typed there arrives.
    await joined(second, 2)
    assert len(waiting & {tab.id for tab in app.tabs}) == 1
    await second.page.fill("#name", "bob")
    await second.page.click("text=Stay")  # another user: what ann had is loaded anew
    await eventually(lambda: {tab.session.user for tab in app.tabs} == {"bob"}, seconds=10)
    await expect(first.page.locator("h1")).to_have_text("hello bob")
    await second.page.goto(site.address + "inside")
    await expect(second.page.locator("h1")).to_have_text("hello bob")

    # A drop while logged in ends nothing; a logout ends all tabs, and the one that leads elsewhere goes there.
    await joined(first)
    await second.page.click("text=Leave")
    await expect(second.page.locator("h1")).to_have_text("bye")
    await expect(first.page).to_have_title("Door")
    await expect(first.page).to_have_url(site.address + "door")
    assert {tab.session.user for tab in app.tabs} == {None}
