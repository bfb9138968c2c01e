"""Law 3 in the rooms of the tree: random trees, edits, updates and joins; in the end every tab equals a fresh rendering."""

import random
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import justui as ui
from justui.component import Component
from justui.marks import RAW
from tests.harness.viewer import Viewer, body, fresh


class World:
    """Three shared pages, components that stand on several of them, and tabs that come and go."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.pages = [ui.WebPage(title=str(number)) for number in range(3)]
        self.all: list[Component] = [*self.pages]
        self.viewers: list[Viewer] = []
        for _ in range(6):
            self.make()
        for page in self.pages:
            self.viewers.append(Viewer(page))

    def some(self) -> Any:
        return self.random.choice(self.all)

    def holder(self) -> Any:
        return self.random.choice([one for one in self.all if one.tag and not one.void and not one._flags & RAW])

    def word(self) -> str:
        return self.random.choice(["", "a", "b c", "<&>", "\n", "ü\ud800"])

    def make(self) -> None:
        kind = self.random.choice([ui.Div, ui.Div, ui.Span, ui.Text, ui.Input, ui.Section])
        one = kind(value=self.word()) if kind is ui.Input else kind(self.word())
        self.place(one)
        self.all.append(one)

    def place(self, one: Component) -> None:
        with suppress(ui.TreeError):  # into itself, or twice under one parent
            self.holder().add_component(one, self.random.randrange(-1, 5))

    def step(self) -> None:
        name = self.random.choice(STEPS)
        getattr(self, name)()

    # Edits

    def edit_text(self) -> None:
        one = self.some()
        if isinstance(one, ui.Input):
            one.value = self.word()
        elif not one.is_page:
            one.text = self.word()

    def edit_attribute(self) -> None:
        one = self.some()
        if one.tag:
            one.classes = self.random.choice(["", "x", None])
            one.set_attributes({"data-n": self.random.choice([1, None, "q"])})

    def edit_show(self) -> None:
        one = self.some()
        if not one.is_page:
            one.show = not one.show

    def edit_html(self) -> None:
        one = self.holder()
        if type(one) is ui.Div and one.components:
            before = one.components.copy()
            one.inner_html = "<b>raw</b>"
            if self.random.random() < 0.7:
                one.text = self.word()
                one.components = before[self.random.randrange(2) :]

    def make_around(self) -> None:
        """A new part, with something known in it, that is put in later."""
        box = ui.Div()
        try:
            ui.Section(self.some(), a=box)
        except ui.TreeError:
            return
        self.place(box)
        self.all.append(box)

    def meanwhile(self, one: Component) -> None:
        """Something in a part that is away is changed, and sent to where else it stands."""
        if self.random.random() < 0.7 and not isinstance(one, ui.Input):
            inner = [child for child in one.components if not isinstance(child, ui.Input)]
            target = self.random.choice([one, *inner])
            target.text = f"meanwhile {self.random.random()}"
            self.random.choice([target, *self.pages]).update()
        for _ in range(self.random.randrange(2)):
            self.step()

    def put_elsewhere(self) -> None:
        one = self.some()
        if not one.is_page:
            self.place(one)

    def take_out(self) -> None:
        one = self.some()
        if one.parents:
            self.random.choice(one.parents).remove(one)

    def away_and_back(self) -> None:
        """Out, perhaps something else, and in again in another place."""
        one = self.some()
        if one.parents:
            parent = self.random.choice(one.parents)
            parent.remove(one)
            self.meanwhile(one)
            if not parent._flags & RAW and one not in parent.components:
                with suppress(ui.TreeError):
                    parent.add_component(one, self.random.randrange(4))

    def hide_and_show(self) -> None:
        one = self.some()
        if not one.is_page:
            one.show = not one.show
            self.meanwhile(one)
            one.show = not one.show

    def reorder(self) -> None:
        children = self.holder().components
        how = self.random.randrange(4)
        if how == 0:
            self.random.shuffle(children)
        elif how == 1:
            children.reverse()
        elif how == 2:
            children.sort(key=lambda child: child._id)
        elif len(children) > 2:
            children[0:2] = children[1:2]

    # Updates and tabs

    def update_page(self) -> None:
        self.random.choice(self.pages).update()

    def update_part(self) -> None:
        self.some().update()

    def update_tab(self) -> None:
        viewer = self.random.choice(self.viewers)
        viewer.page.update(tab=viewer.tab)

    def join(self) -> None:
        if len(self.viewers) < 7:
            self.viewers.append(Viewer(self.random.choice(self.pages)))

    def leave(self) -> None:
        if len(self.viewers) > 3:
            self.viewers.pop(self.random.randrange(len(self.viewers))).leave()

    def fall_behind(self) -> None:
        self.random.choice(self.viewers).outbox.make_stale()

    def check(self) -> None:
        for page in self.pages:
            page.update()
        for viewer in self.viewers:
            assert viewer.shows() == fresh(viewer.page)


STEPS = """
    make make_around edit_text edit_text edit_attribute edit_show edit_html put_elsewhere put_elsewhere take_out away_and_back hide_and_show
    reorder update_page update_page update_part update_part update_tab join leave fall_behind
""".split()


@settings(max_examples=80)
@given(st.integers(0, 10**9), st.integers(1, 60))
def test_every_tab_equals_a_fresh_rendering(seed: int, steps: int) -> None:
    world = World(seed)
    for _ in range(steps):
        world.step()
    world.check()


@settings(max_examples=15)
@given(st.integers(0, 10**9))
def test_before_an_update_a_tab_shows_its_last_one(seed: int) -> None:
    world = World(seed)
    for _ in range(20):
        world.step()
    world.check()
    before = [viewer.shows() for viewer in world.viewers]
    for _ in range(20):
        getattr(world, world.random.choice([name for name in STEPS if name.split("_")[0] in ("edit", "put", "take")]))()
    assert [viewer.shows() for viewer in world.viewers] == before
    assert body(world.viewers[0].see()) == before[0]
