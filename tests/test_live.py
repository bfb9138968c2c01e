"""HTML of the user's own, made live: what is escaped, what the policy lets run, and what stands behind the page."""

import logging
import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

import justui as ui
from justui.testing import Browser, Tab
from justui.trusting import decoded

EVIL = '<img src=x onerror="evil()"> \'" </script> 😀'


def templates(folder: Path, **files: str) -> str:
    for name, text in files.items():
        (folder / f"{name}.html").write_text(text, "utf-8")
    return str(folder)


def policy(tab: Tab) -> str:
    return tab.response.header("content-security-policy") or ""


def hashes(*handlers: str) -> list[str]:
    return [f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in handlers]


def allowed(tab: Tab) -> list[str]:
    """The hashes that the policy of a response has."""
    return re.findall(r"'sha256-[^']+'", policy(tab))


def said(caplog: pytest.LogCaptureFixture) -> str:
    return "\n".join(caplog.messages)


@pytest.mark.covers("PC-06", "PC-07")
async def test_values_are_escaped_and_the_page_is_live_where_its_template_says_so(tmp_path: Path) -> None:
    app = ui.App(
        templates=templates(
            tmp_path,
            base="<!doctype html><html><head><title>A &amp; {{ name }}</title>{{ justui() }}{{ justui() }}</head>"
            "<body>{% block body %}{% endblock %}</body></html>",
            home='{% extends "base.html" %}{% block body %}<p title="{{ value }}">{{ value }}</p>{% include "part.html" %}{% endblock %}',
            part="<script>const value = {{ value|tojson }};</script>",
            plain="<p>{{ value }}</p>",
        ),
        secret_key="k",
    )
    app.route("/")(lambda: app.render("home.html", value=EVIL, name="N"))
    app.route("/plain")(lambda: app.render("plain.html", value=EVIL))
    app.route("/text")(lambda: app.render_text("<b>{{ name }}{{ source }}</b>{{ justui() }}", name="<1>", source="<2>"))
    async with Browser(app) as browser:
        tab = await browser.open()
        assert tab.status == 200
        assert tab.response.header("cache-control") == "no-store"
        text = tab.response.text
        assert text.count('id="justui-boot"') == 1
        assert (
            f'title="{EVIL.replace("<", "&lt;").replace(">", "&gt;").replace(chr(34), "&#34;").replace(chr(39), "&#39;")}"'
            in text
        )
        assert "<img" not in text
        nonce = re.search(r"'nonce-([^']+)'", policy(tab))
        assert nonce is not None
        assert (
            len(re.findall("<script", text)) == len(re.findall(f'<script[^>]* nonce="{nonce[1]}"', text)) + 1
        )  # the boot data
        assert "justui-" not in text.replace('id="justui-boot"', "")
        assert app.tabs[0].page.title == "A & N"
        await tab.leave()
        plain = await browser.open("/plain")
        assert app.tabs == []
        assert not app.registry.unjoined
        assert "justui" not in plain.response.text
        assert plain.response.header("cache-control") is None
        assert "&lt;img" in plain.response.text
        assert "<b>&lt;1&gt;&lt;2&gt;</b>" in (await browser.open("/text")).response.text


@pytest.mark.covers("JY-01")
async def test_handlers_of_a_templates_source_may_run_and_none_that_was_put_in(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    home = """{% extends "base.html" %}{% from "macros.html" import row %}{% block body %}
      {{ value|safe }}<i title="{{ value|safe }}">x</i>
      {% for n in range(3) %}<button {% if n %}disabled {% endif %}onclick='a("x &amp;&amp; <b>", "?x&lt=1&nosuch")'
         ONinput = b() >x</button>{% endfor %}
      {{ row() }}<a data-onclick="no1()" href="?onclick='no2()'" title='" onclick="no3()"'>x</a>
      <b onclick="f('{{ value }}')">b</b><b onclick="{% if value %}f(){% endif %}">b</b>
      {% if false %}<i onclick="never()"></i>{% endif %}<!-- <i onclick="comment()"> --><i onclick=""></i>
      <textarea><i onclick="text()"></textarea><script>"<i onclick='script()'>"; let s = {{ value }}</script>
      {% raw %}<i onclick="raw('{{ }}')">{% endraw %}{% endblock %}"""
    app = ui.App(
        templates=templates(
            tmp_path,
            base='<html><head>{{ justui() }}</head><body onload="start()">{% block body %}{% endblock %}</body></html>',
            macros='{% macro row() %}<a onclick="row()">x</a>{% endmacro %}',
            home=home,
        ),
        debug=True,
    )
    value = "<b onclick=\"evil()\">\"' onclick='evil()' x='"
    app.route("/")(lambda: app.render("home.html", value=value))
    async with Browser(app) as browser:
        tab = await browser.open(join=False)
    wanted = ["start()", 'a("x && <b>", "?x&lt=1&nosuch")', "b()", "row()", "", "raw('{{ }}')"]
    assert allowed(tab) == hashes(*wanted)
    assert "script-src 'nonce-" in policy(tab)
    assert "'unsafe-hashes'" in policy(tab)
    assert "<i onclick='script()'>" in tab.response.text, "a string in a script is as it was"
    assert "onclick of 'home.html', line 6, has a {{ … }} in it" in said(caplog)
    assert "'home.html', line 8: a value in a script wants {{ value|tojson }}" in said(caplog)


def test_references_are_read_as_browsers_read_them_in_attributes() -> None:
    cases = {
        "a &amp;&amp; b": "a && b",
        "a && b": "a && b",
        "&lt&gt": "<>",
        "?a&lt=1": "?a&lt=1",
        "?a&lt;=1": "?a<=1",
        "&ltx": "&ltx",
        "&notit;": "&notit;",
        "&#39;&#x27;&#39": "'''",
        "&eacute;&unknown;&": "é&unknown;&",
    }
    assert {text: decoded(text) for text in cases} == cases


PIECES = """< > / = " ' a b{{x}} {{x}} {%if&1%}c{%endif%} <!-- --> <script </script> <style <b onclick= onload="a()" onclick='b' & &amp; &lt
    <textarea> </textarea> 😀 \ue000 \ue001""".split(" ")


@given(st.lists(st.sampled_from([*PIECES, " "]), max_size=25))
def test_html_is_shown_as_it_was_written_whatever_it_is(pieces: list[str]) -> None:
    source = "".join(pieces).replace("&1", " 1 ")
    plain = jinja2.Environment(autoescape=True).from_string(source).render(x="<x>")
    page = ui.App().render_text(source, x="<x>")
    assert page.text_for("NONCE", "").replace(' nonce="NONCE"', "") == plain
    assert "<x>" not in page.text_for("", "")


@pytest.mark.covers("PC-06")
async def test_a_missing_template_names_what_was_meant_and_the_folder(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = ui.App(templates=templates(tmp_path, home="<p>"), debug=True)
    app.route("/")(lambda: app.render("hom.html"))
    app.route("/part")(lambda: app.render_text('{% include "part.html" %}'))
    app.route("/misspelt")(lambda: app.render_text("<p>{{ nmae }}</p>", name="x"))
    with pytest.raises(ui.TemplateError, match=r"There is no template 'x\.html'.*nowhere, which does not exist"):
        ui.App(templates=tmp_path / "nowhere").render("x.html")
    async with Browser(app) as browser:
        missing = await browser.open(join=False)
        assert missing.status == 500
        assert (
            "There is no template &#39;hom.html&#39;. Did you mean home.html? The folder searched is"
            in missing.response.text
        )
        assert str(tmp_path) in missing.response.text
        assert "There is no template &#39;part.html&#39;" in (await browser.open("/part", join=False)).response.text
        assert "<p></p>" in (await browser.open("/misspelt", join=False)).response.text
    assert "'nmae' is undefined" in said(caplog)


@pytest.mark.covers("PC-07")
async def test_the_tree_does_not_own_the_html_and_the_page_says_so() -> None:
    app = ui.App()
    page = app.render_text("<title>Own</title>{{ justui() }}")
    plain = app.render_text("<title>Plain</title>")
    for edit in (
        lambda: page.add(ui.P()),
        lambda: ui.P(a=page),
        lambda: page.components.append(ui.P()),
        lambda: setattr(page, "text", "x"),
        lambda: setattr(page, "body_html", "<p>"),
    ):
        with pytest.raises(ui.TreeError, match=r"is your own HTML: its template places the components"):
            edit()
    with pytest.raises(ui.TreeError, match=r"head_html of .* stands in your own HTML"):
        page.head_html = "<script>"
    with pytest.raises(ui.HandlerError, match=r'msg.tab.dom\("body"\).on\(\'click\', fn\)'):
        page.on("click", print)
    for call in (
        lambda: plain.on("join", print),
        lambda: plain.every(1)(print),
        lambda: plain.run_javascript("1"),
    ):
        with pytest.raises(ui.UsageError, match=r"the page is not live\. Write {{ justui\(\) }} into"):
            call()


@pytest.mark.covers("PC-08")
async def test_a_shared_page_of_own_html_keeps_its_tabs_in_step(caplog: pytest.LogCaptureFixture) -> None:
    app = ui.App(outbox_frames=4)
    page = app.render_text("<head><title>Own</title>{{ justui() }}</head><body><p>text</p></body>")
    joins: list[object] = []
    page.on("join", lambda msg: joins.append(msg.tab))
    app.route("/")(lambda: page)
    caplog.set_level(logging.WARNING)
    async with Browser(app) as browser:
        ada = await browser.open()
        assert joins == page.tabs == app.tabs
        page.title = "Changed"
        page.css = "p { color: red }"
        await page.update()
        await ada.wait_for(lambda: ada.document.page["title"] == "Changed")
        bob = await browser.open()
        await bob.wait_for(lambda: bob.document.page["title"] == "Changed")
        assert len(joins) == 2
        # What does not fit any more is replaced by a state, which leaves the HTML alone.
        bob.drop()
        for number in range(20):
            page.title = str(number)
            await page.update()
        await bob.resume()
        await bob.wait_for(lambda: bob.document.page["title"] == "19")
        assert bob.document.body.visible_text().strip() == "text"
        assert [text for text in bob.stream.frames if '["s",' in text], "the test is to meet a fresh state"
        assert len(joins) == 2
    assert not caplog.messages


async def test_the_environment_is_the_programs_to_widen() -> None:
    app = ui.App()
    app.templates.environment.filters["loud"] = lambda text: jinja2.filters.do_upper(text) + "!"
    app.route("/")(lambda: app.render_text("<p>{{ 'hello <'|loud }}</p>"))
    async with Browser(app) as browser:
        assert (await browser.open(join=False)).response.text == "<p>HELLO &lt;!</p>"
