"""The classes of the HTML elements, against lists written down from the HTML standard apart from the generator's table,
and against what Chromium makes of them.
"""

import inspect
import tomllib
from pathlib import Path
from typing import Any

import pytest

from justui import components, errors
from justui.attributes import Attribute, Choice, Flag, Number, TrueFalse, Url
from justui.component import Component
from justui.components import html
from justui.components.html.attributes import FlagOr, FlagOrText, Reference, References, Scalar
from justui.fields import Field
from tests.harness.browser import People

ELEMENTS = frozenset(
    """
    a abbr address area article aside audio b base bdi bdo blockquote body br button canvas caption cite code col colgroup
    data datalist dd del details dfn dialog div dl dt em embed fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6
    head header hgroup hr html i iframe img input ins kbd label legend li link main map mark menu meta meter nav noscript
    object ol optgroup option output p picture pre progress q rp rt ruby s samp script search section select selectedcontent slot
    small source span strong style sub summary sup table tbody td template textarea tfoot th thead time title tr track u ul var
    video wbr
    """.split()
)
"""Every element in the standard's index, those of SVG and MathML apart."""
VOID = frozenset({"area", "br", "col", "embed", "hr", "img", "input", "source", "track", "wbr"})
BOOLEAN = frozenset(
    """
    allowfullscreen alpha autofocus autoplay controls default disabled formnovalidate headingreset inert ismap itemscope loop multiple
    muted novalidate open playsinline readonly required reversed selected
    """.split()
)
URLS = frozenset({"action", "cite", "data", "formaction", "href", "itemid", "ping", "poster", "src"})

CLASSES: list[type[Component]] = [
    getattr(html, name) for name in html.__all__ if name not in ("Element", "VoidElement", "CustomElement")
]
BY_TAG = {cls.tag: cls for cls in CLASSES}

each_class = pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)


def attributes_of(cls: type[Component], kind: type[Attribute[Any, Any]] = Attribute) -> dict[str, Attribute[Any, Any]]:
    """The attributes of a class by their Python names; those of every component are the engine's."""
    bases = [base for base in reversed(cls.__mro__) if base is not Component]
    found = {name: value for base in bases for name, value in vars(base).items()}
    return {name: value for name, value in found.items() if isinstance(value, kind)}


def own_attributes(cls: type[Component]) -> dict[str, Attribute[Any, Any]]:
    """The attributes that only this element has."""
    return {name: value for name, value in vars(cls).items() if isinstance(value, Attribute)}


def made(cls: type[Component], name: str, value: object) -> Component:
    """An element with one attribute, given by its keyword."""
    keywords: dict[str, Any] = {name: value}
    return cls(**keywords)


def sample(attribute: Attribute[Any, Any]) -> tuple[Any, Any]:
    """A value to set, and what HTML has for it."""
    if isinstance(attribute, (Flag, FlagOr, FlagOrText)):
        return True, True
    if isinstance(attribute, Choice):
        return attribute.words[-1], attribute.words[-1]
    if isinstance(attribute, TrueFalse):
        return False, "false"
    if isinstance(attribute, (Number, Scalar)):
        return 3, 3
    if isinstance(attribute, (Reference, References)):
        return components.Div(id="there"), "there"
    return "x", "x"


def test_every_element_of_the_standard_is_a_class_or_left_out_with_a_reason() -> None:
    table = tomllib.loads((Path(html.__file__).parent / "table.toml").read_text(encoding="utf-8"))
    left_out = table["left_out"]
    assert set(BY_TAG) | set(left_out) == ELEMENTS
    assert not set(BY_TAG) & set(left_out)
    assert all(reason in (html.__doc__ or "") for reason in left_out.values())


@each_class
def test_a_class_is_named_after_its_tag_and_documented(cls: type[Component]) -> None:
    assert cls.__name__ == cls.tag.capitalize()
    assert cls.__doc__
    assert cls.__doc__.endswith(".")
    assert "\n" not in cls.__doc__


@each_class
def test_making_an_element_costs_nothing_beyond_the_engine(cls: type[Component]) -> None:
    assert cls.__init__ in (Component.__init__, Field.__init__)
    own = [base for base in cls.__mro__ if base.__module__.startswith("justui.components")]
    assert not any("__new__" in vars(base) or "__init__" in vars(base) for base in own)
    assert cls(id="x").attributes == {"id": "x"}


@each_class
def test_no_attribute_hides_what_every_component_has(cls: type[Component]) -> None:
    taken = set(dir(Component)) | (set(dir(Field)) if issubclass(cls, Field) else set())
    methods = {name for name, value in vars(cls).items() if inspect.isfunction(value)}
    # The `data` of an Object is an address; it has no dict for JustPy's models.
    assert not (set(own_attributes(cls)) | methods) & (taken - ({"data"} if cls.tag == "object" else set()))


@each_class
def test_void_elements_and_no_others_refuse_content(cls: type[Component]) -> None:
    assert cls.void == (cls.tag in VOID)
    if cls.void:
        with pytest.raises(errors.TreeError, match=f"<{cls.tag}>"):
            cls().add(components.Span())
    else:
        assert len(cls().add("x").components) == 1


@each_class
def test_boolean_attributes_and_no_others_are_flags(cls: type[Component]) -> None:
    flags = {attribute.html for attribute in attributes_of(cls, Flag).values()}
    assert flags == {attribute.html for attribute in attributes_of(cls).values()} & BOOLEAN


@each_class
def test_attributes_that_hold_an_address_refuse_scripts(cls: type[Component]) -> None:
    addresses = attributes_of(cls, Url)
    assert {attribute.html for attribute in addresses.values()} == {
        attribute.html for attribute in attributes_of(cls).values()
    } & URLS - ({"data"} if cls.tag != "object" else set())
    for name in addresses:
        with pytest.raises(errors.TreeError, match="javascript"):
            made(cls, name, "java\nscript:alert(1)")
        element = made(cls, name, "/x")
        with pytest.raises(errors.TreeError, match="javascript"):
            setattr(element, name, "javascript:alert(1)")
        assert getattr(element, name) == "/x"


@each_class
def test_each_attribute_can_be_given_set_read_and_taken_away(cls: type[Component]) -> None:
    for name, attribute in attributes_of(cls).items():
        value, wire = sample(attribute)
        given = made(cls, name, value)
        changed = cls()
        setattr(changed, name, value)
        assert given.attributes == changed.attributes == {attribute.html: wire}, name
        assert getattr(given, name) == wire, name
        setattr(given, name, None)
        assert given.attributes == {}, name
        assert not getattr(given, name), name


@each_class
def test_words_are_held_to_the_standard(cls: type[Component]) -> None:
    for name, attribute in attributes_of(cls).items():
        if not isinstance(attribute, (Choice, FlagOr)):
            continue
        for word in attribute.words:
            assert made(cls, name, word).attributes == {attribute.html: word}
        with pytest.raises(errors.TreeError) as refused:
            made(cls, name, "nonsense")
        assert all(word in str(refused.value) for word in attribute.words), name


def test_a_class_has_no_attribute_of_another_element() -> None:
    assert set(own_attributes(components.Td)) == {"colspan", "rowspan", "headers"}
    assert own_attributes(components.Span) == {}
    assert "href" not in attributes_of(components.Div)


def test_names_that_python_or_html_forbid_are_translated() -> None:
    form = components.Form(accept_charset="utf-8", aria_label="Sign up")
    assert form.attributes == {"accept-charset": "utf-8", "aria-label": "Sign up"}
    assert components.Label(for_="name").attributes == {"for": "name"}


def test_methods_of_elements_are_methods_that_the_wire_knows() -> None:
    for cls in CLASSES:
        for base in cls.__mro__:
            if base.__module__.startswith("justui.components.html") and base.__name__ != "HasOptions":
                for name, function in vars(base).items():
                    if inspect.isfunction(function) and not name.startswith("_"):
                        getattr(cls(), name)()


TOO_NEW = {"input has no alpha", "input has no colorspace"}
"""What the standard has and a Chromium may not have yet."""

IN_BROWSER = """
([tag, flags, urls, words]) => {
  const element = document.createElement(tag);
  const wrong = [];
  if (element instanceof HTMLUnknownElement) wrong.push(`${tag} is unknown`);
  const property = (name) => {
    for (const key in element) if (key.toLowerCase() === name.replaceAll("-", "").toLowerCase()) return key;
    return { ismap: "isMap", default: "default", formnovalidate: "formNoValidate" }[name];
  };
  for (const name of flags) {
    const key = property(name);
    if (key === undefined) { wrong.push(`${tag} has no ${name}`); continue; }
    element.setAttribute(name, "");
    const on = element[key];
    element.removeAttribute(name);
    if (on !== true && key !== "muted" && key !== "selected") wrong.push(`${tag}.${name} is no flag`);
  }
  for (const name of urls) {
    element.setAttribute(name, "there");
    const seen = element[property(name)];
    if (seen !== new URL("there", document.baseURI).href && name !== "ping" && name !== "itemid")
      wrong.push(`${tag}.${name} is no address but ${seen}`);
    element.removeAttribute(name);
  }
  for (const [name, all] of words) for (const word of all) {
    const key = property(name);
    if (key === undefined) { wrong.push(`${tag} has no ${name}`); break; }
    element.setAttribute(name, word);
    if (String(element[key]) !== word) wrong.push(`${tag}.${name} does not know ${word} but ${element[key]}`);
    element.removeAttribute(name);
  }
  return [element.outerHTML.includes("</"), wrong];
}
"""


async def test_chromium_agrees_on_elements_flags_addresses_and_words(person: People) -> None:
    tab = await (await person()).open("about:blank")
    await tab.page.set_content("<base href='http://there.example/'>")
    wrong: list[str] = []
    for cls in CLASSES:
        own = own_attributes(cls)
        flags = [one.html for one in own.values() if isinstance(one, Flag)]
        urls = [one.html for one in own.values() if isinstance(one, Url)]
        words = [[one.html, [word for word in one.words if word]] for one in own.values() if type(one) is Choice]
        has_end, found = await tab.page.evaluate(IN_BROWSER, [cls.tag, flags, urls, words])
        assert has_end != cls.void, cls
        wrong += found
    assert set(wrong) <= TOO_NEW
