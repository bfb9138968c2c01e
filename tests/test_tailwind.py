"""Tailwind on the server: which lines a class needs, in which order, what is refused, and what is kept on disk."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from justui import engine
from justui.css import rules
from justui.dialect import LONGEST, Dialect, Line
from justui.sheet import Sheet
from justui.store import store
from justui.tailwind import Compiler, source, wants_compiling
from tests.harness.compiling import learn, own_folder

ODD = r"""
    w-[calc(100%-1rem)] before:content-['}'] [&>li]:p-2 dark:hover:bg-red-500 animate-spin space-y-4 divide-x !p-4 -mt-2 @md:flex
    group-hover:p-2 peer-checked:p-4 bg-[url(/a_b.png)] shadow-lg container bg-red-500/50 from-red-500 blur-sm animate-[foo_1s]
    p-(--x) md:max-lg:flex text-[var(--color-red-500)] before:content-['</style>'] *:p-4 **:p-2 translate-x-2 w-1/2 p-1.5 2xl:flex
    [&:hover]:p-2 [body_&]:p-2 supports-[display:grid]:grid aria-[sort=asc]:flex group-data-[x]:m-1 not-hover:m-3 md:p-4 sm:p-4 p-4
    hover:focus:p-4 focus:hover:p-4 [--x:3px] ring-2 inset-ring-2 bg-linear-to-r via-black to-90% text-lg/7 text-lg tracking-wide
"""


@pytest.fixture
def compiler(tmp_path: Path) -> Iterator[Compiler]:
    """A compiler with a folder of its own."""
    with own_folder(tmp_path / "assets"):
        made = Compiler()
        yield made
        made.end()


def lines_for(dialect: Dialect, names: str) -> list[str]:
    """The sheet of a page that has these classes."""
    sheet = Sheet(dialect)
    sheet.want([names])
    sheet.take()
    assert not sheet.missing
    return sheet.text.split("\n")


# Lines


def test_a_sheet_has_exactly_what_its_classes_need(compiler: Compiler) -> None:
    dialect = Dialect()
    learn(dialect, "p-4 bg-red-500 animate-spin unknown", compiler)
    assert lines_for(dialect, "") == ["@layer theme,base,components,utilities;"]
    assert lines_for(dialect, "p-4") == [
        "@layer theme,base,components,utilities;",
        "@layer theme{:root,:host{--spacing:0.25rem}}",
        "@layer utilities{.p-4{padding:calc(var(--spacing) * 4)}}",
    ]
    assert lines_for(dialect, "animate-spin unknown")[1:] == [
        "@layer theme{:root,:host{--animate-spin:spin 1s linear infinite}}",
        "@layer utilities{.animate-spin{animation:var(--animate-spin)}}",
        "@keyframes spin{to{transform:rotate(360deg)}}",
    ]


def test_any_order_of_learning_gives_tailwinds_own_order(compiler: Compiler) -> None:
    dialect = Dialect()
    names = ODD.split()
    random.Random(3).shuffle(names)
    for start in range(0, len(names), 7):
        learn(dialect, " ".join(names[start : start + 7]), compiler)
    assert set(dialect.order) == set(names)
    files = {path: store().get("tailwindcss", path) for path in engine.FILES}
    theirs = engine.Engine(files, source("", bare=False, preflight="", theme=files["theme.css"].decode()))
    ranks = json.loads(
        theirs._context.eval(f"JSON.stringify(made.designSystem.getClassOrder({json.dumps(names)}).map(String))")
    )
    place = dict(rank.rsplit(",", 1) for rank in ranks)
    assert dialect.order == sorted(names, key=lambda name: int(place[name]))


def test_every_line_stands_alone(compiler: Compiler) -> None:
    dialect = Dialect()
    learn(dialect, ODD, compiler)
    for text in lines_for(dialect, ODD):
        assert "</" not in text
        assert len(list(rules(text))) == 1


def test_lines_that_come_later_find_their_place(compiler: Compiler) -> None:
    dialect = Dialect()
    learn(dialect, ODD, compiler)
    whole = lines_for(dialect, ODD)
    names = ODD.split()
    random.Random(5).shuffle(names)
    sheet = Sheet(dialect)
    here: list[str] = []
    for name in names:
        sheet.want([name])
        steps = sheet.take()
        for place, line in zip(steps[::2], steps[1::2], strict=True):
            here.insert(place, line)
    assert here == whole


# The program's own CSS


def test_the_programs_css_is_compiled(compiler: Compiler) -> None:
    dialect = Dialect(
        """
        @import "tailwindcss";
        @theme { --color-brand: #123; --unused: 1; --animate-go: go 1s; @keyframes go { to { rotate: 9deg } } }
        @theme static { --always: 2px; }
        @utility tab-* { tab-size: --value(integer); }
        @custom-variant wide (@media (width > 99rem));
        .btn { @apply p-4 wide:underline; color: var(--color-brand) }
        @layer components { .mine { color: red } }
        """
    )
    learn(dialect, "tab-4 bg-brand animate-go wide:p-4 hidden", compiler)
    assert dialect.errors == []
    always = lines_for(dialect, "")
    assert "@layer theme{:root,:host{--always:2px}}" in always
    assert "@layer theme{:root,:host{--color-brand:#123}}" in always
    assert "@layer components{.mine{color:red}}" in always
    assert not any("--unused" in line or "go" in line for line in always)
    assert "@layer utilities{.tab-4{tab-size:4}}" in lines_for(dialect, "tab-4")
    assert "@keyframes go{to{rotate:9deg}}" in lines_for(dialect, "animate-go")
    assert "@layer utilities{@media (width > 99rem){.wide\\:p-4{padding:calc(var(--spacing) * 4)}}}" in lines_for(
        dialect, "wide:p-4"
    )


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (".b { @apply nonsense }", "nonsense"),
        ('@plugin "daisyui";', "Node"),
        ('@import "other.css";', "cannot be followed"),
        ("@utility Bad { x: y }", "Bad"),
        (".b { @variant nope { x: y } }", "nope"),
    ],
)
def test_a_rule_that_tailwind_refuses_is_left_out_and_named(compiler: Compiler, rule: str, said: str) -> None:
    dialect = Dialect(f".a {{ @apply p-4 }}\n{rule}\n.c {{ @apply m-4 }}")
    learn(dialect, "p-2", compiler)
    (error,) = dialect.errors
    assert said in error
    texts = "".join(lines_for(dialect, "p-2"))
    assert all(rule in texts for rule in (".a{", ".c{", ".p-2{"))


def test_css_that_is_not_whole_is_left_out(compiler: Compiler) -> None:
    dialect = Dialect(".a { @apply p-4 } .b {")
    learn(dialect, "p-2", compiler)
    assert "left out" in dialect.errors[0]
    assert dialect.line("p-2")


@pytest.mark.parametrize(("css", "wanted"), [("a { b: c }", False), ("a { @apply p-4 }", True), ("@theme {}", True)])
def test_plain_css_goes_to_the_browser_as_it_is(css: str, wanted: bool) -> None:
    assert wants_compiling(css) is wanted


# Hostile and useless names


@pytest.mark.parametrize(
    "name",
    [
        "[color:red;}body{x:y]", "[&{}]:p-2", "[&/*]:p-2", "[&_}_body_{]:p-2", "before:content-['\\n}']", "bg-[url(');}x{)]",
        "[@media_print{body]:p-2", "w-[1px}body{x:y]", "content-['a\\']", "[</style><script>]:p-2", 'before:content-["\\"]',
        "[&:is(]:p-2", "[x:url(]", "w-[calc(1px{)]", "p-[]", "[:root]:p-2]", "supports-[x){}body{]:p-2",
    ],
)  # fmt: skip
def test_a_hostile_name_stays_in_its_rule_or_has_none(compiler: Compiler, name: str) -> None:
    dialect = Dialect()
    learn(dialect, name, compiler)
    learn(dialect, "p-4", compiler)
    assert dialect.knows(name)
    line = dialect.line(name)
    if line is not None:
        assert "</" not in line.text
        assert [rule.prelude for rule in rules(line.text)] == ["@layer utilities"]
    assert lines_for(dialect, "p-4")[-1] == "@layer utilities{.p-4{padding:calc(var(--spacing) * 4)}}"


def test_css_about_something_else_is_no_line() -> None:
    dialect = Dialect()
    dialect.begin({"css": "", "fixed": [], "moving": []})
    made = ["body{x:y}", ".p-4{x:y}body{x:y}", "@media x{body{x:y}}", ".p-4{x:y", "x:y", ".p-4;", ""]
    for number, css in enumerate(made):
        name = "p-4" if ".p-4" in css else f"name-{number}"
        dialect.learn([name], [(css, 0)])
        assert dialect.line(name) is None, css
    dialect.learn(["m-4"], [(".m-4{x:y}", 0)])
    assert dialect.line("m-4")


def test_names_without_end_are_not_kept() -> None:
    dialect = Dialect()
    dialect.begin({"css": "", "fixed": [], "moving": []})
    dialect.note_unknown(f"n{number}" for number in range(25_000))
    assert len(dialect._unknown) <= 10_000
    assert dialect.knows("n24999")
    assert dialect.knows("x" * (LONGEST + 1))
    assert dialect.line("x" * (LONGEST + 1)) is None


def test_lines_that_no_page_has_are_forgotten_when_there_are_too_many() -> None:
    dialect = Dialect()
    dialect.begin({"css": "", "fixed": [], "moving": []})
    names = [f"a{number}" for number in range(10_001)]
    dialect.learn(names, [(f".{name}{{x:y}}", place) for place, name in enumerate(names)])
    held: list[Line | None] = [dialect.line("a7"), dialect.line("a9000")]
    dialect.make_room()
    assert dialect.order == ["a7", "a9000"]
    assert [dialect.line(name) for name in dialect.order] == held
    assert not dialect.full


# The thread, and what is kept on disk


def test_a_second_start_compiles_nothing(compiler: Compiler) -> None:
    names = f"{ODD} tab-4 animate-go my-own-name"
    css = "@utility tab-4 { tab-size: 4 } @theme { --animate-go: go 1s; @keyframes go { to { rotate: 9deg } } }"
    first, second = Dialect(css), Dialect(css)
    learn(first, names, compiler)
    assert compiler.compiled > 0
    compiler.end()  # what is known is on the disk then
    later = Compiler()
    learn(second, names, later)
    later.end()
    assert later.compiled == 0
    assert lines_for(second, names) == lines_for(first, names)


@pytest.mark.parametrize("spoil", ["cut", "change", "empty", "nonsense"])
def test_a_spoilt_file_is_passed_over(compiler: Compiler, tmp_path: Path, spoil: str) -> None:
    learn(Dialect(), "p-4", compiler)
    (file,) = tmp_path.rglob("compiled/*.json")
    content = file.read_bytes()
    file.write_bytes(
        {
            "cut": content[:-20],
            "change": content.replace(b"padding", b"margin!"),
            "empty": b"",
            "nonsense": b"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\n{}",
        }[spoil]
    )
    again = Dialect()
    later = Compiler()
    learn(again, "p-4", later)
    later.end()
    assert later.compiled > 0
    assert lines_for(again, "p-4")[-1] == "@layer utilities{.p-4{padding:calc(var(--spacing) * 4)}}"


def test_without_a_source_who_asks_is_called_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")  # no npm client either
    with own_folder(tmp_path / "nothing", empty=True):
        compiler = Compiler()
        dialect = Dialect()
        learn(dialect, "p-4", compiler)
        learn(dialect, "p-4", compiler)
        assert not compiler.usable
        compiler.end()
    assert not dialect.ready
    said = [record.getMessage() for record in caplog.records if "justui assets pull" in record.getMessage()]
    assert len(said) == 1


def test_a_compiler_that_has_ended_takes_nothing_more(compiler: Compiler) -> None:
    learn(Dialect(), "p-4", compiler)
    compiler.end()
    compiler.end()
    compiler.ask(Dialect(), ["p-4"], lambda: None)
    assert compiler._thread is not None
    assert not compiler._thread.is_alive()
