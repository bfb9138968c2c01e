"""Class strings: JustPy's names for ready-made looks, and the classes of Tailwind 1 and 2 under the names of today.

Plain data and functions; knows no components.
"""

import re
from functools import lru_cache
from typing import Final

_BUTTON: Final = "font-bold py-2 px-4 "


class Styles:
    """Ready-made strings of classes, for `classes=`."""

    button_simple = _BUTTON + "bg-blue-500 hover:bg-blue-700 text-white rounded"
    button_pill = _BUTTON + "bg-blue-500 hover:bg-blue-700 text-white rounded-full"
    button_outline = (
        "font-semibold py-2 px-4 bg-transparent hover:bg-blue-500 text-blue-700 hover:text-white "
        "border border-blue-500 hover:border-transparent rounded"
    )
    button_bordered = _BUTTON + "bg-blue-500 hover:bg-blue-700 text-white border border-blue-700 rounded"
    button_disabled = _BUTTON + "bg-blue-500 text-white rounded opacity-50 cursor-not-allowed"
    button_3d = (
        _BUTTON + "bg-blue-500 hover:bg-blue-400 text-white border-b-4 border-blue-700 hover:border-blue-500 rounded"
    )
    button_elevated = (
        "font-semibold py-2 px-4 bg-white hover:bg-gray-100 text-gray-800 border border-gray-400 rounded shadow"
    )
    input_classes = (
        "w-64 py-2 px-4 m-2 rounded border-2 border-gray-200 bg-gray-200 text-gray-700 "
        "focus:bg-white focus:border-purple-500 focus:outline-none"
    )
    lorem_ipsum = (
        "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore "
        "magna aliqua. Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea commodo "
        "consequat."
    )


RENAMED: Final[dict[str, str]] = {
    "flex-no-wrap": "flex-nowrap",
    "whitespace-no-wrap": "whitespace-nowrap",
    "flex-grow": "grow",
    "flex-grow-0": "grow-0",
    "flex-shrink": "shrink",
    "flex-shrink-0": "shrink-0",
    "overflow-ellipsis": "text-ellipsis",
    "decoration-slice": "box-decoration-slice",
    "decoration-clone": "box-decoration-clone",
    "font-hairline": "font-thin",
    "shadow-outline": "ring-3 ring-blue-300",
    "max-w-screen-sm": "max-w-(--breakpoint-sm)",
    "max-w-screen-md": "max-w-(--breakpoint-md)",
    "max-w-screen-lg": "max-w-(--breakpoint-lg)",
    "max-w-screen-xl": "max-w-(--breakpoint-xl)",
}
"""Classes of Tailwind 1 and 2 that version 4 has under another name."""
_BEGINNINGS: Final = {
    "col-gap-": "gap-x-",
    "row-gap-": "gap-y-",
    "bg-gradient-to-": "bg-linear-to-",
}
_OPACITY: Final = re.compile(r"(bg|text|border|placeholder|divide|ring)-opacity-(\d+)")
_COLOUR: Final = re.compile(r"[a-z]+-([a-z]+-\d+|black|white)")


@lru_cache(4096)
def of_today(classes: str) -> str:
    """The classes, with those of Tailwind 4 that look the same: `flex-no-wrap`, and `bg-red-500 bg-opacity-50`, which is
    `bg-red-500/50`.

    Every name stays, for it may be that of a style sheet of the program's own; only a colour with an opacity is replaced.
    """
    names = classes.split()
    opacities: dict[tuple[str, str], str] = {}
    for name in names:
        variants, bare = _apart(name)
        if found := _OPACITY.fullmatch(bare):
            opacities[variants, found[1]] = found[2]
    written = [now for name in names for now in _with_todays(name, opacities)]
    return classes if written == names else " ".join(written)


def _apart(name: str) -> tuple[str, str]:
    """The variants of a class (`sm:hover:`), and the rest."""
    variants, colon, bare = name.rpartition(":")
    return ("", name) if "[" in name else (variants + colon, bare)


def _with_todays(name: str, opacities: dict[tuple[str, str], str]) -> list[str]:
    variants, bare = _apart(name)
    if opacities:
        opacity = opacities.get((variants, bare.partition("-")[0]))
        if opacity is not None and _COLOUR.fullmatch(bare) and not _OPACITY.fullmatch(bare):
            return [f"{name}/{opacity}"]
    if bare in RENAMED:
        return [name, *(variants + one for one in RENAMED[bare].split())]
    for beginning, now in _BEGINNINGS.items():
        if bare.startswith(beginning):
            return [name, variants + now + bare.removeprefix(beginning)]
    return [name]


LOOK: Final = (
    "@layer base { *, ::after, ::before { border-color: #e5e7eb } "
    "button:not(:disabled), [role=button]:not(:disabled) { cursor: pointer } }\n"
    "@layer components { .prose { max-width: 65ch; line-height: 1.75 } "
    ".prose :is(p, ul, ol, blockquote, pre, table) { margin: 1em 0 } "
    ".prose :is(h1, h2, h3, h4) { font-weight: 700; line-height: 1.3; margin: 1.2em 0 .6em } "
    ".prose h1 { font-size: 2.25em } .prose h2 { font-size: 1.5em } .prose h3 { font-size: 1.25em } "
    ".prose ul { list-style: disc; padding-left: 1.6em } .prose ol { list-style: decimal; padding-left: 1.6em } "
    ".prose a { text-decoration: underline } .prose :is(th, td) { padding: .3em .8em; border-bottom-width: 1px } "
    ".prose blockquote { border-left-width: 4px; padding-left: 1em; font-style: italic } "
    ".prose > :first-child { margin-top: 0 } "
    ":is(.form-input, .form-textarea, .form-select, .form-multiselect) { padding: .5rem .75rem; border-width: 1px; "
    "border-radius: .25rem; background-color: #fff; line-height: 1.5 } "
    ".prose pre { overflow-x: auto; padding: .8em 1em; border-radius: .4em; background: #1f2937; color: #e5e7eb } }"
)
"""What a page looks like by itself with the Tailwind of JustPy, and with today's no more."""
