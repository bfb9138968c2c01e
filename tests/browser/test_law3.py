"""Law 3 in Chromium: after random edits, drops and fresh states every tab shows what a fresh load shows.

tests/test_law3.py does the same with many more cases against a model of the browser.
"""

import random

import pytest

import justui as ui
from tests.browser.live import Site, shows_what_a_fresh_load_shows
from tests.conftest import Proxied, Serve
from tests.harness.browser import People

CSS = ".slow { transition: opacity 200ms } .out { opacity: 0 }"
SLOWLY = {"enter": "slow", "enter_start": "out", "leave": "slow", "leave_end": "out"}
WORDS = ("", "a", "two words", "<b>&amp;", "🎉", " ")


class Gardener:
    """Makes and edits a tree at random."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.taste = random.Random(seed)
        self.page = ui.WebPage(css=CSS)
        self.common = ui.Span("common", ui.B("x"))
        for _ in range(6):
            self.page.add(self.make())
        self.page.add(ui.Div(self.common), ui.Ul(ui.Li(self.common)))
        self.edits = [
            self.write,
            self.decorate,
            self.fill,
            self.fold,
            self.plant,
            self.uproot,
            self.move,
            self.sort,
            self.raw,
        ]

    def make(self, depth: int = 2) -> ui.Component:
        word = self.random.choice(WORDS)
        inner = [self.make(depth - 1) for _ in range(self.random.randrange(4))] if depth else []
        kinds: list[ui.Component] = [
            ui.Div(
                word,
                *inner,
                transition=self.taste.choice((None, SLOWLY)),
                animation=self.taste.choice((None, "flip")),
            ),
            ui.Ul(*[ui.Li(child) for child in inner]),
            ui.P(word, *inner),  # which may be torn
            ui.Text(word),
            ui.Input(value=word.strip()),
            ui.Textarea(value=word),
            ui.Input(type="checkbox", checked=bool(word)),
            ui.Select(options=["red", "green", "blue"], value="green"),
            ui.Table(ui.Tr(ui.Td(word))),
        ]
        return self.random.choice(kinds)

    def all(self) -> list[ui.Component]:
        found: list[ui.Component] = []
        waiting: list[ui.Component] = [self.page]
        while waiting:
            component = waiting.pop()
            waiting.extend(component.components)
            found.extend(component.components)
        return found

    def holder(self) -> ui.Component:
        return self.random.choice(
            [one for one in self.all() if isinstance(one, (ui.Div, ui.Ul, ui.Li, ui.P))] + [self.page]
        )

    def edit(self) -> None:
        self.random.choice(self.edits)()

    def write(self) -> None:
        component = self.random.choice([one for one in self.all() if not one.is_field])
        component.text = self.random.choice(WORDS)

    def decorate(self) -> None:
        component = self.random.choice([one for one in self.all() if one.tag])
        component.classes = self.random.choice(WORDS).strip()
        component.style = self.random.choice(("", "color: red", "margin: 0px 1px"))
        component.set_attributes({"title": self.random.choice((None, "t", "u"))})

    def fill(self) -> None:
        fields = [one for one in self.all() if isinstance(one, (ui.Input, ui.Textarea, ui.Select))]
        if fields:
            field = self.random.choice(fields)
            if isinstance(field, ui.Select):
                field.value = self.random.choice(list(field.options))
            elif isinstance(field, ui.Input) and field.type == "checkbox":
                field.checked = self.random.random() < 0.5
            else:
                field.value = self.random.choice(WORDS)

    def fold(self) -> None:
        component = self.random.choice(self.all())
        component.show = not component.show

    def plant(self) -> None:
        holder = self.holder()
        holder.components.insert(self.random.randrange(len(holder.components) + 1), self.make())

    def uproot(self) -> None:
        holder = self.holder()
        if holder.components and holder is not self.page:
            holder.components.pop(self.random.randrange(len(holder.components)))

    def move(self) -> None:
        component, goal = self.random.choice(self.all()), self.holder()
        above, waiting = {goal}, [goal]
        while waiting:
            for parent in waiting.pop().parents:
                if parent not in above:
                    above.add(parent)
                    waiting.append(parent)
        if (
            component not in above
            and component is not self.common
            and component.tag not in ("option", "td", "tr", "li")
        ):
            component.parents[0].remove(component)
            if component not in goal.components:
                goal.components.insert(self.random.randrange(len(goal.components) + 1), component)

    def sort(self) -> None:
        order: dict[ui.Component, float] = {}
        self.holder().components.sort(key=lambda one: order.setdefault(one, self.random.random()))

    def raw(self) -> None:
        holder = self.holder()
        if holder is not self.page and self.random.random() < 0.3 and not holder.components:
            holder.inner_html = self.random.choice(("<b>x</b>", "", "y <i>z</i>"))


@pytest.mark.parametrize("seed", range(4))
async def test_random_edits(serve: Serve, proxied: Proxied, person: People, seed: int) -> None:
    gardener = Gardener(seed)
    dice = random.Random(seed + 100)
    site = Site(serve, proxied, gardener.page, outbox_bytes=20_000)
    ada = await person()
    tabs = [await site.open(ada) for _ in range(2)]
    for tab in tabs:
        tab.allow_network_errors()
    for _ in range(3):
        for _ in range(25):
            gardener.edit()
            chance = dice.random()
            if chance < 0.3:
                gardener.page.update()
            elif chance < 0.4:
                dice.choice(gardener.all()).update()
            elif chance < 0.5:
                gardener.page.update(tab=dice.choice(site.app.tabs))
            elif chance < 0.55:
                site.app.call(dice.choice(site.app.tabs).outbox.make_stale)
            elif chance < 0.6:
                site.network.drop()
        gardener.page.update()
        await shows_what_a_fresh_load_shows(site, ada, *tabs)
