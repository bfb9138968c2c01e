"""What may go into a page: no address that runs script, no handler in a string, no markup that acts (law 15)."""

import re
from typing import Any

import pytest

import justui as ui
from justui.safety import OURS, is_ragged, raw_attribute, safe_srcset, safe_url, sanitised
from tests.harness.viewer import Viewer

SCRIPTS = [
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    " javascript:alert(1)",
    "\x00javascript:alert(1)",
    "\x01\x1fjavascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "java\r\nscript:alert(1)",
    "javascript\t:alert(1)",
    "\u00a0javascript:alert(1)",
    "\ufeffjavascript:alert(1)",
    "\u200bjava\u200bscript:alert(1)",
    "java\u2028script:alert(1)",
    "java\u00adscript:alert(1)",
    "javascript://example.org/%0aalert(1)",
    "vbscript:msgbox(1)",
    "livescript:x",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD4=",
    "data:image/svg+xml,<svg onload=alert(1)>",
    "data:application/xhtml+xml,x",
    "data:,x",
    "data:image/pngx,x",
    "data:",
    "file:///etc/passwd",
    "blob2:x",
    "filesystem:x",
    "view-source:javascript:1",
    "x-javascript:1",
    "about:blank",
]
FINE = [
    "",
    "/path",
    "path/to?x=javascript:1",
    "#javascript:x",
    "?a:b",
    "./a:b",
    "//example.org/x",
    "http://example.org",
    "HTTPS://example.org/a b",
    "mailto:a@b.c",
    "tel:+1",
    "blob:https://example.org/1",
    "10:30.html",
    "ünicode:x",
]


@pytest.mark.parametrize("url", SCRIPTS)
def test_addresses_that_might_act_are_refused(url: str) -> None:
    for name in ("href", "action", "formaction", "src", "xlink:href", "data", "poster"):
        with pytest.raises(ui.TreeError, match=r"is not safe\. Use http, https, mailto, tel or a path"):
            safe_url(url, name)


@pytest.mark.parametrize("url", FINE)
def test_addresses_that_cannot_act_are_taken_as_they_are(url: str) -> None:
    assert safe_url(url, "href") == url


def test_the_error_names_attribute_and_scheme() -> None:
    with pytest.raises(ui.TreeError, match=r"href='javascript:alert\(1\)': the scheme javascript: is not safe"):
        ui.A("x", href="javascript:alert(1)")


@pytest.mark.parametrize("name", ["src", "poster", "srcset", "href"])
def test_pictures_and_sounds_may_be_data(name: str) -> None:
    for url in ("data:image/png;base64,AA", "DATA:image/jpeg,x", "data:audio/mpeg;base64,x", "data:font/woff2,x"):
        assert safe_url(url, name) == url


@pytest.mark.parametrize("name", ["action", "formaction", "data", "cite", "manifest", "redirect"])
def test_other_attributes_take_no_data(name: str) -> None:
    with pytest.raises(ui.TreeError):
        safe_url("data:image/png;base64,AA", name)


@pytest.mark.parametrize("url", ["javascript:1", " java\tscript:1 2x", "data:text/html,x"])
@pytest.mark.parametrize("form", ["{}", "a.png 1x, {} 2x", "a.png 1x,{}", "{}, a.png", "a.png ,{}"])
def test_every_address_of_a_srcset_is_looked_at(url: str, form: str) -> None:
    with pytest.raises(ui.TreeError, match="not safe"):
        safe_srcset(form.format(url), "srcset")


def test_a_srcset_of_pictures_is_fine() -> None:
    for value in ("a.png 1x, b.png 2x", "https://x.org/a,b.png 100w", "data:image/png;base64,AA/+= 1x, b.png 2x"):
        assert safe_srcset(value, "srcset") == value


ELEMENTS: dict[str, Any] = {
    "A href": lambda url: ui.A(href=url),
    "Area href": lambda url: ui.Area(href=url),
    "Img src": lambda url: ui.Img(src=url),
    "Img srcset": lambda url: ui.Img(srcset=f"a.png 1x, {url} 2x"),
    "Iframe src": lambda url: ui.Iframe(src=url),
    "Embed src": lambda url: ui.Embed(src=url),
    "Object data": lambda url: ui.Object(data=url),
    "Form action": lambda url: ui.Form(action=url),
    "Button formaction": lambda url: ui.Button(formaction=url),
    "Input formaction": lambda url: ui.Input(formaction=url),
    "Input src": lambda url: ui.Input(type="image", src=url),
    "Video poster": lambda url: ui.Video(poster=url),
    "Video src": lambda url: ui.Video(src=url),
    "Source srcset": lambda url: ui.Source(srcset=url),
    "Track src": lambda url: ui.Track(src=url),
    "Blockquote cite": lambda url: ui.Blockquote(cite=url),
    "A ping": lambda url: ui.A(ping=url),
}


@pytest.mark.parametrize("name", ELEMENTS)
def test_no_element_takes_a_script(name: str) -> None:
    with pytest.raises(ui.TreeError, match="not safe"):
        ELEMENTS[name]("java\nscript:alert(1)")
    ELEMENTS[name]("/fine.png")


def test_assigning_is_held_to_the_same() -> None:
    link = ui.A("x", href="/a")
    with pytest.raises(ui.TreeError):
        link.href = "javascript:1"
    with pytest.raises(ui.TreeError):
        link.set_attributes({"href": "javascript:1"})
    with pytest.raises(ui.TreeError):
        link.attributes = {"HREF": "javascript:1"}
    assert link.href == "/a"
    viewer = Viewer(ui.WebPage(link))
    assert "javascript" not in viewer.html


@pytest.mark.parametrize(
    "name", ["href", "HREF", "src", "action", "formaction", "xlink:href", "xml:base", "longdesc", "codebase", "itemid"]
)
def test_attributes_by_name_are_held_to_the_same(name: str) -> None:
    with pytest.raises(ui.TreeError, match="not safe"):
        raw_attribute(name, "javascript:alert(1)")
    assert raw_attribute(name, "/x") == "/x"


@pytest.mark.parametrize("name", ["to", "from", "by", "values"])
def test_animation_sets_no_script(name: str) -> None:
    with pytest.raises(ui.TreeError, match="not safe"):
        raw_attribute(name, "#a; javascript:alert(1)")
    assert raw_attribute(name, "0; 1; 2") == "0; 1; 2"


@pytest.mark.parametrize("name", ["onclick", "ONCLICK", "onload", "onbeforescriptexecute", "onwhatever"])
def test_handlers_in_strings_are_refused(name: str) -> None:
    with pytest.raises(
        ui.TreeError, match=rf"scripts in attributes are refused. Write {name.lower().replace('on', 'on_', 1)}="
    ):
        raw_attribute(name, "alert(1)")
    with pytest.raises(ui.TreeError):
        ui.Div(attributes={name: "alert(1)"})


@pytest.mark.parametrize("keyword", ["on_click", "click", "onclick", "on_onclick"])
def test_strings_of_code_never_reach_the_browser(keyword: str) -> None:
    keywords: dict[str, Any] = {keyword: "alert(1)"}
    try:
        button = ui.Button("x", **keywords)
    except (ui.HandlerError, ui.TreeError):
        return
    assert "alert" not in Viewer(ui.WebPage(button)).html


def test_a_document_in_an_attribute_is_refused() -> None:
    with pytest.raises(ui.TreeError, match="Serve it at an address and use src"):
        raw_attribute("srcdoc", "<script>alert(1)</script>")
    with pytest.raises(ui.TreeError):
        ui.Iframe(attributes={"SRCDOC": "<b>"})


@pytest.mark.parametrize(
    "name",
    [
        *sorted(OURS),
        "",
        "a b",
        "a=b",
        'a"',
        "a'",
        "<a",
        "a>",
        "a/b",
        "a\0",
        "a\n",
        "1a",
        "-a",
        "@click",
        ":x",
        "ä",
        "DATA-J",
    ],
)
def test_names_that_cannot_be_set_or_are_ours_are_refused(name: str) -> None:
    with pytest.raises(ui.TreeError, match="cannot be the name of an attribute"):
        raw_attribute(name, "x")


@pytest.mark.parametrize("name", ["title", "data-row", "aria-label", "xml:lang", "viewBox", "x_y.z", "_a"])
def test_names_that_can_be_set_are_taken(name: str) -> None:
    assert raw_attribute(name, "x") == "x"


@pytest.mark.parametrize(
    ("value", "kept"), [(None, None), (False, None), (True, True), (3, 3), (2.5, 2.5), ("", ""), (ui, str(ui))]
)
def test_values_by_name(value: object, kept: object) -> None:
    assert raw_attribute("data-x", value) == kept


# Raw HTML

ATTACKS = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate attributeName=href values=javascript:alert(1)></svg>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href=data:text/html,x>x</a>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<object data=javascript:alert(1)></object>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<p style='position:fixed;inset:0'>x</p>",
    "<style>body{display:none}</style>",
    "<base href=//evil>",
    "<meta http-equiv=refresh content=0;url=//evil>",
    "<link rel=stylesheet href=//evil>",
    "<input autofocus onfocus=alert(1)>",
    "<details ontoggle=alert(1) open>x</details>",
    "<p data-j=1 data-e=click>x</p>",
    "<!--h1--><!--t1-->x",
    "<b>unclosed",
    "</div></body><p>x",
]


@pytest.mark.parametrize("html", ATTACKS)
def test_markup_that_acts_is_taken_out(html: str) -> None:
    clean = sanitised(html)
    tags = re.sub(r"[^<]*(<[^>]*>)?", r"\1", clean).lower()
    words = "alert script evil onerror data-j data-e !-- <style background position form svg".split()
    assert [word for word in words if word in tags] == []
    assert not is_ragged(clean)


def test_harmless_markup_stays() -> None:
    html = '<p class="a b" style="color:red;margin:3px" title="t" lang="de">x <b>y</b><br><a href="/z">z</a></p>'
    clean = sanitised(html)
    assert 'class="a b"' in clean
    assert 'style="color:red;margin:3px"' in clean
    assert '<a href="/z" rel="noopener noreferrer">z</a>' in clean
    assert "<b>y</b><br>" in clean


@pytest.mark.parametrize(
    "html",
    [
        "<div>",
        "</div>",
        "<b><i></b></i>",
        "<!-- x",
        "x <",
        "<p",
        "<div/>",
        "<textarea>",
        "<script>x",
        "<p>a<p>b",
        "--> <!--",
    ],
)
def test_ragged_markup_is_told(html: str) -> None:
    assert is_ragged(html)


@pytest.mark.parametrize(
    "html",
    [
        *(
            "",
            "x",
            "a &lt; b",
            "<b>x</b>",
            "<br><hr/>",
            "<!-- x -->",
            "<svg><path d='M0'/></svg>",
            "<img src=x>",
            "1 > 0",
        ),
        *("<script>if (a < b) {}</script>", "<p>a</p><p>b</p>"),
    ],
)
def test_whole_markup_is_not_ragged(html: str) -> None:
    assert not is_ragged(html)
