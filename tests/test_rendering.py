"""`app.render`: what `live=` opens and to whom, where the runtime is put in, addresses, environments, folders."""

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import jinja2
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

import justui as ui
from justui.testing import Browser


class Base:
    def inherited(self) -> str:
        return "mine"


class Counter(dict[str, int], Base):
    """Has methods of its own, of a class of its package, and of `dict`."""

    step = 1
    borrowed = staticmethod(json.loads)
    counts = len

    @staticmethod
    def twice(number: int) -> int:
        return 2 * number

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.secret = "s"

    def increment(self, msg: ui.Event, by: int = 1) -> int:
        self.count += by
        assert msg.tab is not None
        msg.tab.dom.count.text = self.count
        return self.count

    def tab_id(self) -> str:
        return str(self.tab.id)  # type: ignore[attr-defined]

    def _hidden(self) -> str:
        return "hidden"

    @ui.restricted
    def closed(self) -> str:
        return "closed"

    @property
    def double(self) -> int:
        return 2 * self.count

    class Inner:
        pass


HTML = '<html><head></head><body><b id="count">0</b><button onclick="server.increment()">+</button></body></html>'


async def refused(ask: Callable[[], Any]) -> str:
    with pytest.raises(Exception) as error:  # noqa: PT011 - the test looks at the words
        await ask()
    return str(error.value)


@pytest.mark.covers("JY-19", "JY-20", "JY-24")
async def test_a_live_class_opens_its_own_methods_and_each_tab_has_an_object() -> None:
    app = ui.App(debug=True)
    shared = Counter()
    app.route("/")(lambda: app.render_text(HTML, live=Counter))
    app.route("/person")(lambda: app.render_text(HTML, live=Counter, per="session", get=["count"], set=["step"]))
    app.route("/shared")(lambda: app.render_text(HTML, live=shared, call=["increment"], get=["count", "double"]))
    app.route("/none")(lambda: app.render_text(HTML, inject=True))
    app.expose(lambda: "for all", "everywhere")
    async with Browser(app) as ann, Browser(app) as bob:
        one, two = await ann.open(), await ann.open()
        assert "readable-bridge" in one.response.text
        assert await one.server.increment(2) == 2
        assert await one.server.increment() == 3
        await one.wait_for(lambda: one.text("#count") == "3")
        assert await two.server.increment() == 1
        assert await one.server.inherited() == "mine"
        assert await one.server.everywhere() == "for all"
        assert await one.server.tab_id() in {tab.id for tab in app.tabs}
        assert await one.server.tab_id() != await two.server.tab_id()
        names = await one.server.names()
        assert sorted(names) == ["everywhere", "increment", "inherited", "tab_id", "twice"]
        # Whatever is not opened does not exist: builtins', hidden, restricted, attributes, machinery.
        for name in "clear keys closed borrowed counts _hidden __class__ __dict__ Inner double count step secret constructor nope".split():
            for kind, value in (("call", []), ("get", None), ("set", 1), ("delete", None)):
                said = await refused(partial(one.server.ask, kind, name, value))
                assert said.removeprefix("NameError: ") == f"there is no {name!r}", (kind, said)
        for path in ("increment.__globals__", "increment.__func__", "__class__.__mro__"):
            assert "there is no" in await refused(partial(one.server.get, path))
        # One for each person, where it is said so; what is listed can be read and set.
        mine, also, his = await ann.open("/person"), await ann.open("/person"), await bob.open("/person")
        assert [await tab.server.increment() for tab in (mine, also, his)] == [1, 2, 1]
        assert await also.server.get("count") == 2
        await also.server.set("step", 5)
        assert await mine.server.increment() == 3
        assert "there is no 'secret'" in await refused(lambda: mine.server.get("secret"))
        # An object is one for all.
        here, there = await ann.open("/shared"), await bob.open("/shared")
        assert [await tab.server.increment() for tab in (here, there)] == [1, 2]
        assert await here.server.get("double") == 4
        assert "there is no 'inherited'" in await refused(here.server.inherited)
        # A page that has no root is not given another's.
        bare = await bob.open("/none")
        assert "there is no 'increment'" in await refused(bare.server.increment)
    assert not app.calls.roots.entries() or all(entry.per != "tab" for entry in app.calls.roots.entries())


async def test_what_cannot_be_live_is_said_when_it_is_rendered() -> None:
    app = ui.App()

    class Reserved:
        def on(self) -> None: ...

    class Constructor:
        def constructor(self) -> None: ...

    class Taken:
        def add(self) -> None: ...

    @app.expose
    def add() -> None: ...

    cases: list[tuple[dict[str, Any], str]] = [
        ({"live": Reserved}, r"Reserved\.on cannot be live: server\.on means something else"),
        ({"live": Constructor, "call": ["constructor"]}, r"'constructor' means something else in JavaScript"),
        ({"live": Taken}, r"Taken\.add cannot be live: 'add' is exposed for the whole App already"),
        ({"live": [Counter, Taken]}, r"live= takes one class or object"),
        ({"live": dict}, r"live= wants a class or an object of yours"),
        ({"live": print}, r"live= wants a class or an object of yours"),
        ({"live": ui.State(1)}, r"live= wants a class or an object of yours"),
        ({"live": Counter, "per": "person"}, r'per= beside live= is "session" or "tab"'),
        ({"live": Counter(), "per": "tab"}, r'per="tab" is for classes'),
        ({"live": Counter, "call": ["incrment"]}, r"Counter has no 'incrment'\. Did you mean increment"),
        ({"live": Counter, "get": "count"}, r'Write get=\["count"\]'),
        ({"live": Counter, "get": ["_x"]}, r"begins with _"),
    ]
    for options, said in cases:
        with pytest.raises((ui.ConfigError, ui.HandlerError), match=said):
            app.render_text("<p>", **options)
    with pytest.raises(ui.HandlerError, match="render wants the name of a template"):
        app.render()
    # Without live= these are names like any other.
    assert app.render_text("{{ get }}{{ per }}", get=1, per=2).text_for("", "") == "12"


SHAPES = {
    "marker": ("<html><head><title>t</title></head><body>{{JSCRIPT}}b</body></html>", "<body>@b</body>"),
    "script tag": ("<html><head><script src='/x/jyserver.js'></script></head><body>b</body></html>", "<head>@</head>"),
    "head": (
        "<!doctype html><html><HEAD lang='>'><title></head></title></head><body>b</body></html>",
        "<HEAD lang='>'>@",
    ),
    "body only": ("<!doctype html><body onload=\"'<head>'\">b</body>", "<!doctype html>@<body"),
    "html only": ("<!-- <head> --><html lang=en>b</html>", "<html lang=en>@b"),
    "bare text": ("Hello <b>you</b> </head>", "@Hello <b>you</b> </head>"),
    "strings": (
        '<head><script>let s = "</head><head>";</script><!-- </head> --></head>x',
        '<head>@<script nonce="N">let s = "</head>',
    ),
    "value": ("{{ '<head>'|safe }}{{ text }}", "<head>@&lt;head&gt;"),
    "beginning": ("\ufeff <!-- a --> <!DOCTYPE html> <p>b", "<!DOCTYPE html>@ <p>b"),
    "none": ("", "@"),
}


@pytest.mark.covers("JY-27")
@pytest.mark.parametrize("shape", SHAPES)
async def test_html_of_any_shape_gets_the_runtime_once(shape: str) -> None:
    source, wanted = SHAPES[shape]
    app = ui.App()
    page = app.render_text(source, live=Counter, text="<head>")
    assert page.is_live
    text = page.text_for("N", "@")
    assert text.count("@") == 1
    assert wanted in text
    app.route("/")(lambda: app.render_text(source, live=Counter, text="<head>"))
    async with Browser(app) as browser:
        tab = await browser.open()
        assert tab.response.text.count('id="justui-boot"') == 1
        nonce = re.search(r"'nonce-([^']+)'", tab.response.header("content-security-policy") or "")
        assert nonce
        assert 'type="module" src="/_justui/' in tab.response.text
        assert all(
            f'nonce="{nonce[1]}"' in one for one in re.findall(r"<script type=\"module[^>]*>", tab.response.text)
        )


@pytest.mark.covers("JY-24")
async def test_the_class_says_where_its_html_is(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<p>index {{ word }}</p>", "utf-8")
    (tmp_path / "other.html").write_text("<p>other {{ word }}</p>", "utf-8")

    class Text(Counter):
        html = "<p>text {{ word }}</p>"

    class File(Counter):
        home = "other.html"

    app = ui.App(templates=tmp_path)
    for number, live in enumerate((Text, File, Counter, File())):
        app.route(f"/{number}")(lambda live=live: app.render(live=live, word="<1>"))
    async with Browser(app) as browser:
        for number, word in enumerate(("text", "other", "index", "other")):
            tab = await browser.open(f"/{number}")
            assert tab.text("p") == f"{word} <1>"
            assert "increment" in await tab.server.names()


@pytest.mark.covers("JM-02")
async def test_addresses_of_routes_and_files_behind_every_prefix(tmp_path: Path) -> None:
    public = tmp_path / "public"
    public.mkdir()
    (public / "a b.css").write_text("p {}", "utf-8")
    source = "<a href='{{ url_for('item', n=3) }}'>{{ url_for('named', name=name) }}</a>{{ url_for('static', path='/a b.css') }} {{ url_for('raw') }}"

    def program() -> ui.App:
        app = ui.App(routes=[Route("/raw", lambda request: PlainTextResponse("raw"), name="raw")])
        app.static("/static", public)
        app.route("/item/{n:int}")(item)
        app.route("/name/{name}", name="named")(item)
        page = app.render_text(source, name="x?<\"'&#/é".replace("/", "|"))  # outside of any request
        app.route("/")(lambda: page)
        return app

    def item(request: Request) -> ui.Component:
        return ui.P("item")

    inner = program()
    outer = ui.App(routes=[Mount("/in/{side}", inner)])
    for app, path, prefix in ((inner, "/", ""), (outer, "/in/a%22b/", "/in/a%22b")):
        async with Browser(app) as browser:
            text = (await browser.open(path, join=False)).response.text
            assert text == (
                f"<a href='{prefix}/item/3'>{prefix}/name/x%3F%3C%22%27%26%23%7C%C3%A9</a>{prefix}/static/a%20b.css {prefix}/raw"
            )
            assert (await browser.request("GET", f"{prefix}/static/a%20b.css")).status == 200
    for call, said in (
        ("url_for('itm', n=1)", r"line 1: url_for: there is no route 'itm'\. Did you mean item"),
        ("url_for('item')", r"line 1: url_for: the address of 'item' wants n, and got none"),
    ):
        with pytest.raises(ui.TemplateError, match=said):
            inner.render_text(f"{{{{ {call} }}}}")


@pytest.mark.covers("JM-02", "PC-06")
async def test_an_environment_of_ones_own_and_several_folders(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / f"only{number}.html").write_text(f"<p>{number} {{{{ x }}}}", "utf-8")
        (tmp_path / str(number) / "both.html").write_text(f"<p>{number} {{{{ x }}}}", "utf-8")
    folders = [tmp_path / "1", str(tmp_path / "2")]
    app = ui.App(templates=folders)
    assert [app.render(f"{name}.html", x="<").text_for("", "") for name in ("both", "only2")] == [
        "<p>1 &lt;",
        "<p>2 &lt;",
    ]
    with pytest.raises(
        ui.TemplateError, match=r"There is no template 'ony2.html'. Did you mean only2.html\?"
    ) as missing:
        app.render("ony2.html")
    assert all(str(folder) in str(missing.value) for folder in folders)
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader([jinja2.DictLoader({"a.html": "{{ justui() }}{{ x|loud }}{{ c }}{{ url_for() }}"})]),
        autoescape=jinja2.select_autoescape(),
    )
    environment.filters["loud"] = str.upper
    environment.globals["url_for"] = lambda: "mine"
    own = ui.App(templates=environment)
    page = own.render("a.html", x="a<", c=ui.B("b"))
    assert page.is_live
    assert page.text_for("", "R", shown={page.components[0]._id: "B"}) == "RA&lt;Bmine"
    with pytest.raises(
        ui.TemplateError, match=r"There is no template 'b.html'\..* It was asked of <jinja2.loaders.ChoiceLoader"
    ):
        own.render("b.html")
    for wrong, said in (
        (jinja2.Environment(), "escapes nothing"),
        (jinja2.Environment(autoescape=True, enable_async=True), "without enable_async"),
        ([], "templates wants a folder, a list of folders or a jinja2.Environment"),
        ([1], "templates wants a folder, a list of folders or a jinja2.Environment"),
    ):
        with pytest.raises(ui.ConfigError, match=said):
            ui.App(templates=wrong)


@pytest.mark.covers("JY-28", "JY-31")
async def test_a_view_of_another_framework_mounts_components_and_a_live_class() -> None:
    def site(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        count = ui.State(0)
        card = ui.Div(ui.Button("Add", on_click=lambda: count.set(count.value + 1)), ui.I(text=count))
        text = app.render_html("page.html", live=Counter, card=card)
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [text.encode()]

    page = "<title>Theirs</title>{{ card }}<b id='count'>0</b>"
    app = ui.App(templates=jinja2.Environment(loader=jinja2.DictLoader({"page.html": page}), autoescape=True))
    app.attach(site)
    async with Browser(app) as browser:
        tab = await browser.open()
        assert tab.title == "Theirs"
        await tab.click("Add")
        await tab.wait_for(lambda: tab.text("i") == "1")
        assert await tab.server.increment(3) == 3
        await tab.wait_for(lambda: tab.text("#count") == "3")
