"""Classes: which replaces which, as Tailwind's own output says; variants and `!` apart; unknown ones are kept."""

import time
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import justui as ui
from justui.classes import meaning, refined, replaces, with_class
from justui.testing import Browser

# Each line: classes of which each takes the place of all others.
GROUPS = """
bg-red-500 bg-blue-500/50 bg-transparent bg-[#123] bg-[rgb(1,2,3)] bg-(--paper) bg-brand bg-black/[0.3]
bg-none bg-linear-to-r bg-gradient-to-br bg-[url('/a:b.png')] bg-conic bg-radial-[at_50%] -bg-linear-45
bg-center bg-top-left bg-left-top bg-position-[10px_2px]
bg-cover bg-auto bg-[length:200px_100px] bg-size-[auto_2px]
text-red-500 text-white text-[#123] text-brand/50 text-(color:--ink) text-current
text-lg text-sm text-7xl text-[2rem] text-base/7 text-[length:var(--size)] text-[calc(1rem+1vw)]
text-center text-left text-justify text-end
text-wrap text-balance text-nowrap
font-bold font-thin font-[550]
font-mono font-sans font-display
p-4 p-0 p-px p-[3px] p-2.5
px-4 px-[1em] px-(--pad)
m-4 -m-4 m-auto m-[2vw]
mx-auto -mx-1/2 mx-2
w-4 w-1/2 w-full w-[10ch] w-screen w-fit w-3xs
size-4 size-full
flex block hidden inline-flex grid table-cell contents
flex-row flex-col-reverse
flex-wrap flex-nowrap
flex-1 flex-auto flex-none flex-[2_2_0%]
grid-cols-3 grid-cols-none grid-cols-[auto_1fr] grid-cols-subgrid
items-center items-start items-center-safe items-baseline-last
justify-center justify-between
rounded rounded-lg rounded-none rounded-[1rem] rounded-4xl
border border-0 border-2 border-[3px]
border-red-500 border-[#123] border-current
border-dashed border-none
shadow shadow-lg shadow-none shadow-2xs
shadow-red-500 shadow-[color:red]
ring ring-2 ring-0
ring-red-500 ring-[#123]
absolute relative sticky
top-0 -top-1/2 top-[3px] top-full
z-10 -z-10 z-auto z-[60]
inset-0 inset-auto -inset-1
overflow-hidden overflow-auto
opacity-50 opacity-[.3]
rotate-45 -rotate-45 rotate-none
translate-x-4 -translate-x-full
scale-50 -scale-75 scale-none
transition transition-colors transition-none transition-[height]
duration-75 duration-[2s]
ease-in ease-[cubic-bezier(.4,0,.2,1)]
animate-spin animate-none animate-[wiggle_1s]
leading-6 leading-none leading-[3]
line-clamp-2 line-clamp-none
underline no-underline line-through
uppercase normal-case
italic not-italic
list-disc list-none list-[square]
cursor-pointer cursor-wait
from-red-500 from-[#123]
from-10% from-[25%]
stroke-2 stroke-[3px]
stroke-red-500 stroke-current
outline outline-2 outline-0
outline-dashed outline-none outline-hidden
tabular-nums proportional-nums
aspect-video aspect-[4/3] aspect-3/2
[color:red] [color:blue]
[--gap:1px] [--gap:2px]
"""
GROUPED = [line.split() for line in GROUPS.split("\n") if line]

# The first replaces the second, and not the other way round.
WIDER = """
p-4>px-2 p-4>pt-2 p-4>ps-1 px-4>pl-2 px-4>pe-1 py-4>pb-2 m-2>-mx-4 m-0>mt-8 size-4>w-2 size-4>h-2 inset-0>top-4
inset-x-0>left-4 gap-2>gap-x-4 rounded>rounded-t-lg rounded-t-lg>rounded-tl-none border>border-t-2
border-red-500>border-b-blue-500 overflow-hidden>overflow-x-auto scale-50>scale-x-75 flex-1>grow flex-1>basis-1/2
place-content-center>justify-between place-items-center>items-start line-clamp-2>block truncate>overflow-hidden
truncate>whitespace-nowrap normal-nums>tabular-nums text-lg/7>leading-6 translate-4>translate-y-2
scroll-m-2>scroll-mt-4 touch-auto>touch-pan-x border-spacing-2>border-spacing-x-1
""".split()

UNKNOWN = (
    "card my-own btn-primary list-group top-bar items-list container-fluid m-button p-foo [x] text bg - ! :x a:b:c"
)


@pytest.mark.parametrize("group", GROUPED, ids=lambda group: group[0])
def test_one_class_takes_the_place_of_another(group: list[str]) -> None:
    for new in group:
        for old in group:
            assert refined(old, new) == new


def test_groups_leave_each_other_alone() -> None:
    # What a wider one takes away is below.
    firsts = [group[0] for group in GROUPED]
    wide = {tuple(pair.split(">")) for pair in WIDER} | {("size-4", "w-4"), ("p-4", "px-4"), ("m-4", "mx-auto")}
    wide |= {("inset-0", "top-0"), ("line-clamp-2", "flex"), ("line-clamp-2", "overflow-hidden")}
    wide |= {("text-red-500", "[color:red]"), ("[color:red]", "text-red-500")}
    for one, other in combinations(firsts, 2):
        for new, old in ((one, other), (other, one)):
            assert replaces(new, old) == ((new, old) in wide), (new, old)


@pytest.mark.parametrize("pair", WIDER)
def test_a_wider_class_replaces_finer_ones_which_refine_it(pair: str) -> None:
    wide, fine = pair.split(">")
    assert refined(fine, wide) == wide
    assert refined(wide, fine) == f"{wide} {fine}"


def test_a_size_with_a_line_height_is_still_a_size() -> None:
    assert refined("text-lg/7", "text-sm") == "text-sm"
    assert refined("text-lg leading-6", "text-sm") == "leading-6 text-sm"


@pytest.mark.parametrize(
    ("before", "new", "after"),
    [
        ("bg-blue-500 hover:bg-blue-700", "bg-red-500", "hover:bg-blue-700 bg-red-500"),
        ("bg-blue-500 hover:bg-blue-700", "hover:bg-red-700", "bg-blue-500 hover:bg-red-700"),
        ("dark:hover:p-2", "hover:dark:p-4", "hover:dark:p-4"),
        ("dark:hover:p-2 hover:p-1", "dark:p-4", "dark:hover:p-2 hover:p-1 dark:p-4"),
        ("p-2! p-3", "p-4", "p-2! p-4"),
        ("p-2!", "!p-4", "!p-4"),
        ("sm:p-2!", "sm:!p-4", "sm:!p-4"),
        ("[&>a:hover]:p-2", "[&>a:hover]:p-4", "[&>a:hover]:p-4"),
        ("[&>a:hover]:p-2", "hover:p-4", "[&>a:hover]:p-2 hover:p-4"),
        ("data-[a=b:c]:bg-[url(x:y)]", "data-[a=b:c]:bg-none", "data-[a=b:c]:bg-none"),
        ("group-hover/item:p-1 group-hover:p-1", "group-hover/item:p-2", "group-hover:p-1 group-hover/item:p-2"),
        ("a  b\n c", "d", "a b c d"),
        ("p-2 m-2", "p-2", "p-2 m-2"),
    ],
)
def test_variants_and_importance_stand_apart(before: str, new: str, after: str) -> None:
    assert refined(before, new) == after


@pytest.mark.parametrize("name", UNKNOWN.split())
@pytest.mark.covers("JP-24")
def test_unknown_classes_are_simply_kept(name: str) -> None:
    assert refined("p-4 own", name) == f"p-4 own {name}"
    assert refined(f"{name} own", "p-4") == f"{name} own p-4"
    assert refined(f"{name} own", "top-0 list-none items-center m-1") == f"{name} own top-0 list-none items-center m-1"


names = st.sampled_from(
    sorted(
        {*(name for group in GROUPED for name in group), *UNKNOWN.split(), *(f"hover:{group[0]}" for group in GROUPED)}
    )
)


@given(st.lists(names, max_size=8), names)
def test_the_new_class_is_there_once_and_nothing_beside_it_says_the_same(classes: list[str], new: str) -> None:
    after = refined(" ".join(classes), new).split()
    assert after.count(new) == 1
    assert set(after) <= {*classes, new}
    assert not [one for one in after if one != new and replaces(new, one)]
    assert refined(" ".join(after), new) == " ".join(after)  # once more changes nothing
    settled = refined("", " ".join(classes)).split()
    kept = [one for one in settled if not replaces(new, one) or one == new]
    assert set(kept) | {new} == set(refined(" ".join(settled), new).split())


@given(names, names, names)
def test_replacing_is_transitive(one: str, two: str, three: str) -> None:
    if replaces(one, two) and replaces(two, three) and "/7" not in two:
        assert replaces(one, three)


@given(st.text(alphabet="abcgp-:[]()!/0123456789. ", max_size=30))
def test_no_text_is_an_error(text: str) -> None:
    assert set(refined("p-4", text).split()) >= set(text.split()[-1:])
    for name in text.split():
        meaning(name)


def test_it_is_quick_once_a_class_is_known() -> None:
    classes = "px-4 py-2 rounded bg-blue-500 text-white hover:bg-blue-700"
    with_class(classes, "bg-red-500")
    started = time.perf_counter()
    for _ in range(1000):
        with_class(classes, "bg-red-500")
    assert time.perf_counter() - started < 0.05  # 50 µs each, and it is 0.1


@pytest.mark.covers("JP-24")
async def test_the_classes_of_a_component() -> None:
    page = ui.WebPage()
    box = ui.Div("box", classes="p-2 text-blue-500 card", a=page)
    app = ui.App()
    app.route("/")(lambda: page)
    async with Browser(app) as person:
        tab = await person.open("/")

        def shown() -> str:
            return tab.find("div").attributes.get("class", "")

        box.set_class("text-red-500").update()
        await tab.wait_for(lambda: shown() == "p-2 card text-red-500")
        box.set_classes("p-4 hover:p-8 nowhere-defined").update()
        await tab.wait_for(lambda: shown() == "card text-red-500 p-4 hover:p-8 nowhere-defined")
        box.set_class("p-1", "hover").remove_class("card missing").update()
        await tab.wait_for(lambda: shown() == "text-red-500 p-4 nowhere-defined hover:p-1")
        assert box.has_class("p-4")
        assert not box.has_class("p-1")
        box.toggle_class("p-4").toggle_class("hidden").toggle_class("p-9", on=0).update()
        await tab.wait_for(lambda: shown() == "text-red-500 nowhere-defined hover:p-1 hidden")
        box.toggle_class("hidden", on=True).toggle_class("flex", on=1)
        assert box.classes == "text-red-500 nowhere-defined hover:p-1 flex"
        box.remove_class("text-red-500 nowhere-defined hover:p-1 flex").update()
        await tab.wait_for(lambda: "class" not in tab.find("div").attributes)
        assert box.classes is None


@pytest.mark.covers("JP-25")
def test_one_string_dresses_many() -> None:
    look = "bg-blue-500 text-white py-2 px-4 rounded"
    one, two = ui.Button("one", classes=look), ui.Button("two", classes=look)
    one.set_class("bg-red-500")
    assert two.classes == look
    two.set_class("bg-red-500")
    assert one.classes == two.classes


def test_an_own_component_cannot_hide_it() -> None:
    with pytest.raises(ui.TreeError, match="set_class"):

        class Own(ui.Div):
            set_class: str = ""  # type: ignore[assignment]
