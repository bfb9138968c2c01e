"""How a page function or handler ends on purpose: abort, redirect, and pages of the program's own for errors."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

import justui as ui
from justui.flow import is_local
from justui.testing import Browser, Tab
from tests.harness.waiting import eventually


def is_at(tab: Tab, url: str) -> bool:
    return tab.url == url and tab.state == "joined"


def site(**settings: Any) -> ui.App:
    app = ui.App(**settings)

    @app.route("/")
    def start() -> ui.WebPage:
        return ui.WebPage(ui.P("start"))

    @app.route("/gone")
    async def gone() -> ui.WebPage:
        ui.abort(410, "It was sold.")

    @app.route("/old", methods=["GET", "POST"])
    def old() -> ui.WebPage:
        try:
            ui.redirect("/?from=old")
        finally:
            ui.WebPage(ui.P("never seen"))

    @app.route("/next")
    def leads(to: str) -> ui.WebPage:
        ui.redirect(to)

    @app.route("/broken")
    def broken() -> ui.WebPage:
        raise LookupError("no such shelf")

    return app


@pytest.mark.covers("PC-24")
async def test_abort_and_redirect_while_a_page_is_built() -> None:
    async with Browser(site()) as browser:
        response = await browser.request("GET", "/gone")
        assert (response.status, response.header("cache-control")) == (410, "no-store")
        assert "It was sold." in response.text
        assert "Gone" in response.text
        response = await browser.request("GET", "/old")
        assert (response.status, response.header("location"), response.text) == (302, "/?from=old", "")
        assert (await browser.request("POST", "/old", body=b"x=1")).status == 303
        assert (await browser.open("/old")).text("p") == "start"


@pytest.mark.covers("PC-24")
async def test_abort_and_redirect_in_handlers(caplog: pytest.LogCaptureFixture) -> None:
    app = site()
    seen: list[str] = []

    def away() -> None:
        seen.append("before")
        leave: Callable[[str], object] = ui.redirect
        leave("/")
        seen.append("after")

    async def later() -> None:
        await ui.in_thread(lambda: None)
        away()

    def refuse() -> None:
        shown.text = "asked"
        ui.abort(403, "Not yours.")

    shown = ui.P("quiet", id="shown")

    @app.route("/page")
    def page() -> ui.WebPage:
        made = ui.WebPage(shown, ui.Button("Now", on_click=away), ui.Button("Later", on_click=later))
        made.add(ui.Button("No", on_click=refuse))
        return made

    app.expose(lambda: ui.redirect("/"), "leave")
    app.expose(lambda: ui.abort(403, "Not for you"), "closed")
    async with Browser(app) as browser:
        for button in ("Now", "Later"):
            tab = await browser.open("/page")
            await tab.click(button)
            await tab.wait_for(partial(is_at, tab, "/"))
        assert seen == ["before", "before"]
        tab = await browser.open("/page")
        await tab.click("No")
        await tab.settled()
        assert tab.text("#shown") == "asked"
        assert tab.notes == [{"text": "Not yours.", "kind": "error"}]
        with pytest.raises(ui.RemoteError, match="Not for you"):
            await tab.server.closed()
        assert await tab.server.leave() is None
        await tab.wait_for(lambda: tab.url == "/" and tab.state == "joined")
        assert not tab.faults
    assert "failed" not in caplog.text  # nobody takes it for a fault


async def test_a_handler_below_another_app() -> None:
    outer, inner = ui.App(), ui.App()
    inner.route("/")(lambda: ui.WebPage(ui.P("first"), ui.Button("Go", on_click=lambda: ui.redirect("there"))))
    inner.route("/there")(lambda: ui.WebPage(ui.P("there")))
    outer.mount("/inner", inner)
    async with Browser(outer) as browser:
        tab = await browser.open("/inner/")
        await tab.click("Go")
        await tab.wait_for("there")


async def test_outside_of_requests_and_handlers_there_is_nobody_to_send() -> None:
    app = site()
    errors: list[Exception] = []
    app.on_error(errors.append)

    @app.route("/task")
    def page() -> ui.WebPage:
        async def task() -> None:
            ui.redirect("/")

        ui.run_task(task())
        return ui.WebPage()

    calls: list[Callable[[], object]] = [lambda: ui.redirect("/"), lambda: ui.abort(404)]
    for call in calls:
        with pytest.raises(ui.UsageError, match="belongs into a page function, a guard or a handler"):
            call()
    for status in (200, "404", True, 999):
        with pytest.raises(ui.UsageError, match="from 400 to 599"):
            ui.abort(status)  # type: ignore[arg-type]
    async with Browser(app) as browser:
        await browser.open("/task")
        await eventually(lambda: errors)
        assert isinstance(errors[0], ui.UsageError)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        " //evil.example",
        "http:evil.example",
        "http://localhost@evil.example/",
        "http://localhost.evil.example/",
        "http://[evil",
        "/\r\nSet-Cookie: a=b",
        "mailto:a@b.example",
        "javascript:alert(1)",
    ],
)
async def test_no_address_of_a_browsers_leads_elsewhere_or_into_the_headers(url: str) -> None:
    async with Browser(site(debug=False)) as browser:
        quoted = "".join(f"%{byte:02x}" for byte in url.encode())
        response = await browser.request("GET", f"/next?to={quoted}")
        assert response.status == 500
        assert response.header("location") is None
        assert response.header("set-cookie") is None


@pytest.mark.parametrize("url", ["/", "", "?q=1", "#top", "../up", "item/3?next=https://other.example", "/größe"])
async def test_addresses_of_the_site(url: str) -> None:
    assert is_local(url)
    async with Browser(site()) as browser:
        quoted = "".join(f"%{byte:02x}" for byte in url.encode())
        assert (await browser.request("GET", f"/next?to={quoted}")).status == 302
        assert (await browser.request("GET", "/next?to=http%3A%2F%2Flocalhost%2Fitem")).status == 302


async def test_another_site_when_it_is_meant() -> None:
    app = ui.App()

    @app.route("/")
    def out() -> ui.WebPage:
        ui.redirect("https://accounts.example/authorize?x=1", external=True, status=307)

    async with Browser(app) as browser:
        response = await browser.request("GET", "/")
        assert (response.status, response.header("location")) == (307, "https://accounts.example/authorize?x=1")


def with_pages(**settings: Any) -> ui.App:
    app = site(routes=[Route("/plain", crash)], **settings)

    @app.error(404)
    def missing() -> ui.WebPage:
        count = ui.State(0)
        return ui.WebPage(
            ui.H1("Nothing here"), ui.Button("Count", on_click=lambda: count.set(count.value + 1)), ui.P(text=count)
        )

    @app.error(410)
    async def sold(request: ui.Request) -> ui.Div:
        return ui.Div(ui.H1("Sold"), ui.P(request.state.reason))

    @app.error(500)
    def oops(request: ui.Request) -> ui.WebPage:
        return ui.WebPage(ui.H1("Oops"), ui.P(f"{request.state.reference} {type(request.state.error).__name__}"))

    @app.error(400)
    def twice(request: ui.Request) -> Response:
        raise ValueError("the error page is broken, too")

    @app.error(403)
    def strangers() -> Response:
        ui.redirect("/")

    @app.error(401)
    def text() -> Response:
        return PlainTextResponse("who?")

    @app.route("/raise/{status:int}")
    def raising(status: int) -> ui.WebPage:
        raise HTTPException(status, "because", headers={"www-authenticate": "Basic"} if status == 401 else None)

    return app


async def crash(request: ui.Request) -> Response:
    raise ZeroDivisionError("in a plain route")


@pytest.mark.covers("PC-26")
@pytest.mark.parametrize("debug", [True, False])
async def test_own_pages_for_errors_keep_the_status(debug: bool, caplog: pytest.LogCaptureFixture) -> None:
    async with Browser(with_pages(debug=debug)) as browser:
        tab = await browser.open("/nowhere")
        assert (tab.status, tab.text("h1"), tab.state) == (404, "Nothing here", "joined")
        await tab.click("Count")  # it is a page like others
        await tab.wait_for(lambda: tab.text("p") == "1")
        tab = await browser.open("/gone")
        assert (tab.status, tab.text("h1"), tab.text("p")) == (410, "Sold", "It was sold.")
        tab = await browser.open("/broken")
        assert (tab.status, tab.text("h1")) == (500, "Oops")
        reference, error = tab.text("p").split()
        assert error == "LookupError"
        assert f"(reference {reference})" in caplog.text
        response = await browser.request("GET", "/raise/401")
        assert (response.status, response.text, response.header("www-authenticate")) == (401, "who?", "Basic")
        assert (await browser.request("GET", "/raise/403")).header("location") == "/"
        # Without a page of its own it is as before.
        assert (await browser.request("GET", "/raise/409")).text == "because"
        assert (await browser.request("GET", "/_justui/nothing.js")).text != "Nothing here"


@pytest.mark.covers("PC-26")
async def test_an_error_in_the_error_page_falls_back_to_a_plain_one(caplog: pytest.LogCaptureFixture) -> None:
    async with Browser(with_pages(debug=False)) as browser:
        response = await browser.request("GET", "/next")  # ?to= is missing
        assert response.status == 400
        assert "leads() wants the parameter to" in response.text
        assert "the error page is broken, too" in caplog.text
        assert "broken, too" not in response.text


@pytest.mark.covers("PC-26")
async def test_the_page_for_500_is_for_plain_routes_too(caplog: pytest.LogCaptureFixture) -> None:
    async with Browser(with_pages(debug=False)) as browser:
        response = await browser.request("GET", "/plain")
        assert response.status == 500
        assert "ZeroDivisionError" in response.text
    assert "/plain failed" in caplog.text


def test_error_pages_are_registered_once_for_real_statuses() -> None:
    app = with_pages()
    with pytest.raises(ui.ConfigError, match=r"page for 404 already: missing\(\)"):
        app.error(404)
    for wrong in (200, "404", lambda: None):
        with pytest.raises(ui.ConfigError, match=r"Write @app.error\(404\)"):
            app.error(wrong)  # type: ignore[arg-type]


@pytest.mark.covers("PC-27")
async def test_a_page_function_may_return_any_response() -> None:
    app = ui.App()

    @app.route("/table.csv")
    def table() -> Response:
        return Response("a,b\n1,2\n", media_type="text/csv", headers={"content-disposition": "attachment"})

    async with Browser(app) as browser:
        response = await browser.request("GET", "/table.csv")
        assert response.text == "a,b\n1,2\n"
        assert response.header("content-disposition") == "attachment"
        assert str(response.header("content-type")).startswith("text/csv")
