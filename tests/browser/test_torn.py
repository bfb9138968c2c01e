"""The first HTML: what Chromium's parser makes of it is the tree that was meant, or the server knows that it is not."""

import inspect
from collections.abc import Iterator

import justui as ui
from justui.render import Html
from tests.harness.browser import People

# What has to stand around a tag, so that only what is in it is the question.
AROUND: dict[str, list[type[ui.Component]]] = {
    "tr": [ui.Table, ui.Tbody],
    "td": [ui.Table, ui.Tbody, ui.Tr],
    "th": [ui.Table, ui.Tbody, ui.Tr],
    "rt": [ui.Ruby],
    "rp": [ui.Ruby],
    "option": [ui.Select],
    "optgroup": [ui.Select],
    **{part: [ui.Table] for part in ("tbody", "thead", "tfoot", "caption", "colgroup")},
}

MISPLACED = """(cases) => cases.filter(([outer, inner, html]) => {
    const page = new DOMParser().parseFromString(`<!doctype html><body>${html}</body>`, "text/html");
    const places = [];
    // The runtime takes these out again.
    const implied = (node) => /^(#text|TBODY|COLGROUP)$/.test(node.nodeName);
    const walk = (node, parent) => {
        const own = node.data?.startsWith("t") ? node.data.slice(1) : node.dataset?.j ?? (implied(node) ? undefined : "?");
        if (own === inner) places.push(node.data && node.nextSibling?.nodeType !== Node.TEXT_NODE ? "no text" : parent);
        if (own === outer) places.push(outer);
        for (const child of node.childNodes) walk(child, own ?? parent);
    };
    walk(page.body, "");
    return String(places) !== String([outer, outer]);
})"""


def tags() -> dict[str, type[ui.Component]]:
    """A class for each HTML element that may stand in a body."""
    found = [getattr(ui, name) for name in ui.__all__]
    classes = [one for one in found if inspect.isclass(one) and issubclass(one, ui.Component)]
    return {one.tag: one for one in classes if one.tag not in ("", "body") and one.__name__.lower() == one.tag}


def pairs() -> Iterator[tuple[str, ui.Component, ui.Component, ui.Component]]:
    classes = tags()
    with_text: dict[str, type[ui.Component]] = {**classes, "text": ui.Text}
    for outer_tag, outer_class in classes.items():
        if outer_class.void or outer_tag == "textarea":
            continue
        for inner_tag, inner_class in with_text.items():
            inner = inner_class("text") if inner_class is ui.Text else inner_class()
            outer = outer_class(inner)
            top = outer
            for around in reversed(AROUND.get(outer_tag, [])):
                top = around(top)
            yield f"{inner_tag} in {outer_tag}", top, outer, inner


async def test_every_tag_in_every_other(person: People) -> None:
    page = await (await person()).context.new_page()
    names, cases, torn = {}, [], set()
    for name, top, outer, inner in pairs():
        html = Html()
        html.write(ui.Div(top))
        case = [str(outer._id), str(inner._id), "".join(html.parts)]
        names[case[0]] = name
        cases.append(case)
        if html.torn:
            torn.add(name)
    assert len(cases) > 5000
    misplaced = {names[case[0]] for case in await page.evaluate(MISPLACED, cases)}
    assert misplaced - torn == set()
    # Too much caution would cost every page with such a pair its second, fresh state.
    assert torn - misplaced <= {
        *(f"form in {part}" for part in ("table", "tbody", "thead", "tfoot", "tr")),
        *(f"textarea in {part}" for part in ("select", "option", "optgroup")),
    }
    assert "div in p" in misplaced
