"""Page functions: what they may look like, how their parameters are filled, and what becomes of what they return."""

import enum
import re
import threading
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)

import justui as ui
from justui.errors import ConfigError, HandlerError
from justui.testing import Browser
from justui.testing import Response as Answer
from tests.programs import annotations


def hello(request: Request | None = None) -> ui.WebPage:
    return ui.WebPage(ui.P(f"hello {request.url.path if request else ''}"))


async def get(function: Callable[..., Any], url: str = "/", path: str = "/", **settings: Any) -> Answer:
    app = ui.App(**{"debug": True, **settings})
    app.route(path)(function)
    async with Browser(app) as browser:
        return await browser.request("GET", url)


class Colour(enum.Enum):
    RED = "red"


# Shapes


def sync_bare() -> ui.WebPage:
    return hello()


def sync_request(request: Request) -> ui.WebPage:
    return hello(request)


async def async_bare() -> ui.WebPage:
    return hello()


async def async_request(whatever_name) -> ui.WebPage:  # type: ignore[no-untyped-def]
    return hello(whatever_name)


@pytest.mark.covers("JP-02")
@pytest.mark.parametrize("function", [sync_bare, sync_request, async_bare, async_request])
async def test_all_four_shapes_of_a_page_function(function: Callable[..., Any]) -> None:
    answer = await get(function)
    assert answer.status == 200
    assert ">hello " in answer.text
    assert ("hello /" in answer.text) == function.__name__.endswith("request")


async def test_methods_lambdas_and_callable_objects_are_page_functions() -> None:
    class Shop:
        def page(self, n: int) -> ui.Component:
            return ui.P(f"item {n + 1}")

        def __call__(self, request: Request) -> ui.Component:
            return ui.P(request.url.path)

    assert "item 8" in (await get(Shop().page, "/item/7", "/item/{n}")).text
    assert "/shop" in (await get(Shop(), "/shop", "/shop")).text
    assert "always" in (await get(lambda: ui.P("always"))).text


# Parameters


@pytest.mark.covers("JP-35")
async def test_parameters_come_from_path_and_query_by_their_annotations() -> None:
    seen: dict[str, object] = {}

    def item(
        n: int,
        q: str = "none",
        price: float | None = None,
        day: date | None = None,
        on: bool = False,
        tags: list[int] | None = None,
        id: UUID | None = None,
        colour: Colour = Colour.RED,
    ) -> ui.Component:
        seen.update(locals())
        return ui.P()

    url = (
        "/item/7?q=caf%C3%A9&price=2.5&day=2026-11-05&on=yes&tags=1&tags=2&colour=red"
        "&id=12345678-1234-5678-1234-567812345678"
    )
    assert (await get(item, url, "/item/{n:int}")).status == 200
    seen.pop("seen", None)
    assert seen == {
        "n": 7,
        "q": "café",
        "price": 2.5,
        "day": date(2026, 11, 5),
        "on": True,
        "tags": [1, 2],
        "id": UUID("12345678-1234-5678-1234-567812345678"),
        "colour": Colour.RED,
    }


@pytest.mark.covers("JP-28")
async def test_what_is_not_in_the_query_keeps_its_default() -> None:
    def count(num: int = 10) -> ui.Component:
        return ui.P(f"from {num}")

    assert "from 3" in (await get(count, "/?num=3")).text
    assert "from 10" in (await get(count)).text


async def test_the_single_parameter_that_is_left_is_the_request() -> None:
    def item(n: int, wish) -> ui.Component:  # type: ignore[no-untyped-def]
        return ui.P(f"{n + 1} {wish.url.path}")

    assert "8 /item/7" in (await get(item, "/item/7", "/item/{n:int}")).text


async def test_annotations_for_type_checkers_alone_do_no_harm() -> None:
    """`from __future__ import annotations` and names that are imported under TYPE_CHECKING only."""
    assert "8 /item/7 shop" in (await get(annotations.item, "/item/7?shop=shop", "/item/{n}")).text


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("/", "item() wants the parameter n, for example ?n=…"),
        ("/?n=x", "n=&#39;x&#39; is not a valid int"),
        ("/?n=1&colour=blue", "colour=&#39;blue&#39; is not a valid Colour"),
        ("/?n=1&on=perhaps", "is not a valid bool"),
        ("/?n=1&tags=a", "tags=&#39;a&#39; is not a valid int"),
    ],
)
async def test_a_wrong_parameter_is_the_visitors_mistake(url: str, words: str) -> None:
    def item(n: int, colour: Colour = Colour.RED, on: bool = True, tags: list[int] | None = None) -> ui.Component:
        return ui.P()

    answer = await get(item, url)
    assert answer.status == 400
    assert words in answer.text


@pytest.mark.covers("JP-28")
async def test_a_value_that_the_function_cannot_read_is_its_own_error() -> None:
    app = ui.App(debug=True)

    @app.route("/")
    def count(request: Request) -> ui.Component:
        return ui.P(f"from {int(request.query_params.get('num', 10))}")

    async with Browser(app) as browser:
        answer = await browser.request("GET", "/?num=x")
        assert answer.status == 500
        assert "ValueError in count()" in answer.text
        assert "from 10" in (await browser.request("GET", "/")).text


# Results


async def test_any_starlette_response_goes_through(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    path.write_text("from a file")

    async def parts() -> AsyncIterator[str]:
        yield "from "
        yield "a stream"

    answers: list[tuple[Callable[[], Response], int, str]] = [
        (lambda: PlainTextResponse("text"), 200, "text"),
        (lambda: HTMLResponse("<p>html</p>", status_code=418), 418, "<p>html</p>"),
        (lambda: JSONResponse({"a": 1}), 200, '{"a":1}'),
        (lambda: RedirectResponse("/login"), 307, ""),
        (lambda: FileResponse(path), 200, "from a file"),
        (lambda: StreamingResponse(parts()), 200, "from a stream"),
        (lambda: Response(status_code=204), 204, ""),
    ]
    for function, status, text in answers:
        answer = await get(function)
        assert (answer.status, answer.text) == (status, text)
        assert answer.header("content-security-policy") is None


async def test_a_component_is_put_into_a_page() -> None:
    answer = await get(lambda: ui.H1("Title"))
    assert answer.status == 200
    assert "<title>justui</title>" in answer.text
    assert ">Title</h1>" in answer.text


@pytest.mark.covers("JP-02")
@pytest.mark.parametrize(
    ("result", "words"),
    [
        (None, "index() returned None. It must return a page, a component or a response; is a return missing?"),
        ("text", "response; write return ui.P(…) to show it."),
        (ui.WebPage, "index() returned the class WebPage without ()."),
        (7, "index() returned int 7"),
        ([ui.P()], "list"),
    ],
)
async def test_nonsense_is_a_clear_error_that_names_the_function(
    result: object, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = ui.App(debug=True)
    app.data["result"] = result

    @app.route("/")
    def index() -> object:
        return app.data["result"]

    async with Browser(app) as browser:
        answer = await browser.request("GET", "/")
        assert answer.status == 500
        assert words in answer.text
        assert "It must return a page, a component or a response;" in answer.text
        assert words in caplog.text
        app.data["result"] = ui.P("well again")
        assert "well again" in (await browser.request("GET", "/")).text


async def test_an_error_is_shown_in_debug_mode_and_referred_to_in_production(caplog: pytest.LogCaptureFixture) -> None:
    def index() -> ui.Component:
        raise ZeroDivisionError("the <secret>")

    answer = await get(index)
    assert answer.status == 500
    assert "ZeroDivisionError in index()" in answer.text
    assert "the &lt;secret&gt;" in answer.text
    assert "test_routing.py" in answer.text
    caplog.clear()
    answer = await get(index, debug=False)
    assert answer.status == 500
    assert "secret" not in answer.text
    reference = answer.text.partition("Reference: ")[2][:8]
    assert len(reference) == 8
    assert f"index() failed (reference {reference})" in caplog.text
    assert "test_routing.py" in caplog.text
    assert answer.header("cache-control") == "no-store"


async def test_an_error_while_the_page_is_rendered_is_answered_too() -> None:
    page = ui.WebPage(ui.P("fine"))
    page._settings = None  # type: ignore[assignment]
    app = ui.App(debug=True)
    app.route("/")(lambda: page)
    async with Browser(app) as browser:
        answer = await browser.request("GET", "/")
        assert answer.status == 500
        assert "AttributeError in &lt;lambda&gt;()" in answer.text
        assert app.registry.unjoined == 0
        assert not page.has_tabs


async def test_a_function_that_blocks_everybody_is_named(caplog: pytest.LogCaptureFixture) -> None:
    def index_that_blocks() -> ui.Component:
        threading.Event().wait(0.06)
        return ui.P()

    assert (await get(index_that_blocks, slow_handler=0.05)).status == 200
    words = r"index_that_blocks\(\) blocked everybody for 0\.1 s \(test_routing\.py:\d+\)\. Make it async"
    assert re.search(words, caplog.text)
    caplog.clear()
    await get(index_that_blocks, slow_handler=0.05, debug=False)
    assert "blocked" not in caplog.text


async def test_an_http_error_keeps_its_status() -> None:
    def index() -> ui.Component:
        raise HTTPException(403, "not for you")

    answer = await get(index)
    assert (answer.status, answer.text) == (403, "not for you")


async def test_other_methods_are_served_when_asked_for() -> None:
    app = ui.App(debug=True)

    @app.route("/form", methods=["GET", "POST"])
    async def form(request: Request) -> ui.Component:
        return ui.P(f"{request.method} {(await request.body()).decode()}")

    async with Browser(app) as browser:
        assert "GET " in (await browser.request("GET", "/form")).text
        assert (await browser.request("PUT", "/form")).status == 405
        tab = await browser.open(join=False)
        await tab.go("/form", "POST", b"name=x")
        assert tab.text("p") == "POST name=x"
        assert tab.document.boot is not None
        assert tab.document.boot["method"] == "POST"


# Routes that cannot be


@pytest.mark.parametrize(
    ("path", "function", "error", "words"),
    [
        ("/x", 5, HandlerError, "A route wants a function, got 5. Write the function's name, without brackets."),
        ("/x", ui.WebPage(), HandlerError, "Write lambda: page"),
        ("/x", lambda a, b, /: None, HandlerError, "given by name"),
        ("/_justui/x", hello, ConfigError, "addresses below /_justui are justui's own"),
        ("x", hello, ConfigError, "begins with /, got 'x'. Write @app.route(\"/path\")"),
        (hello, hello, ConfigError, "begins with /"),
    ],
)
def test_a_route_that_cannot_be_is_refused_when_it_is_made(
    path: Any, function: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words.replace("(", r"\(").replace(")", r"\)")):
        ui.App().route(path)(function)


# Not found


async def test_the_page_for_what_is_not_there_lists_the_routes_in_debug_mode() -> None:
    app = ui.App(debug=True)
    app.route("/items")(hello)
    app.route("/about")(hello)
    async with Browser(app) as browser:
        answer = await browser.request("GET", "/nowhere")
        assert answer.status == 404
        assert "There is no page /nowhere. The routes are /items, /about." in answer.text


async def test_an_app_without_routes_says_so() -> None:
    async with Browser(ui.App(debug=True)) as browser:
        assert "The routes are none." in (await browser.request("GET", "/")).text


async def test_production_lists_nothing() -> None:
    answer = await get(hello, "/nowhere", "/items", debug=False)
    assert answer.status == 404
    assert "/items" not in answer.text


# Shared by accident


async def _two_people(app: ui.App) -> None:
    async with Browser(app) as alice, Browser(app) as bob:
        await alice.open(join=False)
        await alice.open(join=False)
        await bob.open(join=False)
        await bob.open(join=False)


async def test_fields_that_are_shared_by_accident_are_named_once(caplog: pytest.LogCaptureFixture) -> None:
    page = ui.WebPage(ui.Div(ui.Input(private=True), ui.Button("x"), ui.Textarea(name="shared by accident")))
    app = ui.App(debug=True)
    app.route("/")(lambda: page)
    async with Browser(app) as alice:
        await alice.open(join=False)
        await alice.open(join=False)
        assert "same page to everyone" not in caplog.text
    await _two_people(app)
    words = "'/' returns the same page to everyone, so its fields are shared too (Textarea at test_routing.py:"
    assert caplog.text.count(words) == 1
    assert "Use private=True, or make the page inside the function; private=False says" in caplog.text


@pytest.mark.parametrize("kind", ["private fields", "a page each", "production"])
async def test_nothing_is_said_where_nothing_is_shared(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    def make() -> ui.WebPage:
        return ui.WebPage(ui.Input(private=kind == "private fields"), ui.Input(type="password"))

    page = make()
    app = ui.App(debug=kind != "production", secret_key="x")
    app.route("/")(make if kind == "a page each" else lambda: page)
    await _two_people(app)
    assert caplog.records == []


async def test_a_function_with_keywords_gets_the_rest_of_the_path() -> None:
    seen: list[dict[str, object]] = []

    def show(n: int, **rest: object) -> ui.P:
        seen.append({"n": n, **rest})
        return ui.P("x")

    app = ui.App()
    app.route("/{n}/{place:int}/{rest:path}")(show)
    async with Browser(app) as person:
        assert (await person.open("/7/8/a/b?q=1", join=False)).status == 200
    assert seen == [{"n": 7, "place": 8, "rest": "a/b"}]
