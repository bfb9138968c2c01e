"""Class names that somebody made up to hurt: no page waits for them, and none becomes large by them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import justui as ui
from justui.dialect import Dialect
from justui.tailwind import Compiler
from justui.testing import Browser
from tests.harness.compiling import learn, own_folder, unseen_css

# With each `&`, and with each variant that stands for two selectors, the rule doubles: one of 83 characters made 9 MB.
BOMBS = [
    "[&_&_&_&]:" * 7 + "p-1",
    "[&,&_a]:" * 12 + "p-1",
    "[&:is(&,&)]:" * 14 + "p-1",
    "[" + "&" * 400 + "]:p-1",
    "dark:" * 12 + "p-1",
    "marker:" * 8 + "p-1",
    "group-dark:" * 12 + "p-1",
    "motion-safe:dark:print:" * 20 + "p-1",
]


@pytest.fixture
def compiler(tmp_path: Path) -> Iterator[Compiler]:
    with own_folder(tmp_path / "assets"):
        made = Compiler()
        yield made
        made.end()


@pytest.mark.parametrize("name", BOMBS, ids=lambda name: name[:12])
def test_a_name_that_doubles_without_end_is_none(
    name: str, compiler: Compiler, caplog: pytest.LogCaptureFixture
) -> None:
    dialect = Dialect()
    learn(dialect, f"p-1 {name}", compiler)
    assert dialect.knows(name)
    assert dialect.line(name) is None
    assert dialect.line("p-1") is not None
    assert not caplog.records  # the engine has not given up: it was not even asked


def test_a_name_with_variants_that_somebody_may_mean_is_one(compiler: Compiler) -> None:
    names = "dark:md:group-hover:first:before:p-1 [&:is(&,&_&)]:supports-[a:b]:[&>li:not(:first-child):hover]:p-2"
    dialect = Dialect()
    learn(dialect, names, compiler)
    assert all(dialect.line(name) for name in names.split())


async def test_thousands_of_new_names_on_one_page_keep_no_other_page_waiting(tmp_path: Path) -> None:
    with own_folder(tmp_path / "assets"):
        app = ui.App(secret_key="k", css=unseen_css(), debug=False)
        bad = ui.WebPage()
        app.route("/bad")(lambda: bad)
        app.route("/good/{n}")(lambda n: ui.WebPage(ui.Div(classes=f"mt-[{n}px]")))
        async with Browser(app) as eve, Browser(app) as ada:
            hers = await eve.open("/bad")
            await ada.open("/good/0")
            for group in range(20):
                bad.add(ui.Div(classes=" ".join(f"p-[{group}.{n}px]" for n in range(100))))
            bad.update()
            good = await ada.open("/good/1")
            assert "margin-top:1px" in good.response.text
            assert not hers.document.body.children  # and it was not, because theirs were quick


async def test_css_that_the_engine_gives_up_on_is_left_out_and_the_rest_styles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page stood without any class, and each request kept the compiler busy for five seconds again."""
    monkeypatch.setattr("justui.engine._SECONDS", 0.7)
    endless = "@custom-variant a { &{@slot;} &{@slot;} } .q { @apply " + "a:" * 20 + "p-1; }"
    right = "".join(f".own-{n} {{ margin: {n}px }} " for n in range(20))
    with own_folder(tmp_path / "assets"):
        made = Compiler()
        dialect = Dialect(right + endless + " .last { @apply p-2; }")
        learn(dialect, "p-1", made)
        made.end()
    assert dialect.ready
    assert dialect.line("p-1") is not None
    (error,) = dialect.errors
    assert "gave up" in error
    assert ".q" in error
    texts = [line.text for line in dialect.always]
    assert any(".own-19" in text for text in texts)
    assert any(".last" in text for text in texts)
    assert made.compiled < 20  # halved, not one by one
