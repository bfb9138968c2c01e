"""Font Awesome's drawings by name, read from the asset store. Knows no component and draws nothing.

What is in the store is read at once, which takes milliseconds; what is not is fetched in a thread, and who waits is told.
Only the sprites are kept, as they are, with the place of each drawing.
"""

import logging
import re
import threading
import time
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final, NamedTuple

from justui import hints
from justui.errors import AssetError
from justui.store import Store, store

log = logging.getLogger("justui")

PACKAGE: Final = "@fortawesome/fontawesome-free"
VARIANTS: Final = ("solid", "regular", "brands")
_PREFIXES: Final = {"fas": "solid", "far": "regular", "fab": "brands", "fa": "", "fal": "", "fad": ""}
_NEW_NAMES: Final = ("css/fontawesome.min.css", "css/brands.min.css")
_OLD_NAMES: Final = "metadata/shims.yml"
_PATIENCE: Final = 60.0
"""Seconds after which what could not be had is asked for again."""

_SYMBOL: Final = re.compile(rb'<symbol id="([^"]+)" viewBox="([^"]+)">\s*<path[^>]* d="([^"]+)"')
_RULE: Final = re.compile(r'((?:\.fa-[\w-]+,?)+)\{--fa:"([^"]+)"')
_SHIM: Final = re.compile(r"^([\w-]+):\n((?:  .+\n?)+)", re.M)


class Drawing(NamedTuple):
    """One icon: the `viewBox` and the path of its SVG."""

    box: str
    path: str


class IconName(NamedTuple):
    """A name as the set has it; `variant` is empty where nothing is said of it."""

    name: str
    variant: str


def icon_name(text: str, variant: str = "") -> IconName:
    """What a program calls an icon: `bomb`, `fa-bomb`, or the classes of Font Awesome (`fab fa-github`)."""
    name = ""
    for word in text.lower().split():
        if word in _PREFIXES:
            variant = variant or _PREFIXES[word]
        elif (bare := word.removeprefix("fa-")) in VARIANTS and word != bare:
            variant = variant or bare
        else:
            name = name or bare
    return IconName(name.replace("_", "-"), variant)


class Sprite:
    """The drawings of one variant."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._places = {found[1].decode(): (found.span(2), found.span(3)) for found in _SYMBOL.finditer(content)}

    def __contains__(self, name: str) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __getitem__(self, name: str) -> Drawing:
        box, path = self._places[name]
        return Drawing(self._content[slice(*box)].decode(), self._content[slice(*path)].decode())


class FontAwesome:
    """The set as one store has it."""

    def __init__(self, files: Store) -> None:
        self._files = files
        self._sprites: dict[str, Sprite] = {}
        self._others: dict[str, IconName] | None = None
        self._lock = threading.Lock()
        self._fetching = False
        self._again = 0.0
        self._waiting: list[Callable[[], None]] = []

    def find(self, text: str, variant: str = "") -> Drawing | None:
        """The drawing of an icon, by its name of today or an older one; None where there is none.

        Raises `LookupError` where the set is not here yet.
        """
        wanted = icon_name(text, variant)
        drawing = self._drawing(wanted)
        if drawing is None and (other := self._other_names().get(wanted.name)) is not None:
            drawing = self._drawing(IconName(other.name, wanted.variant or other.variant)) or self._drawing(other)
        if drawing is None and wanted.name.endswith("-o"):  # so were outlined ones called
            drawing = self._drawing(IconName(wanted.name.removesuffix("-o"), "regular"))
        return drawing

    def near(self, text: str) -> str:
        """` Did you mean …?` for a name that the set does not have."""
        names = [*self._other_names(), *(name for variant in VARIANTS for name in self._sprite(variant))]
        return hints.near(icon_name(text).name, names)

    def _drawing(self, wanted: IconName) -> Drawing | None:
        for variant in (wanted.variant,) if wanted.variant else VARIANTS:
            if wanted.name in (sprite := self._sprite(variant)):
                return sprite[wanted.name]
        return None

    def _sprite(self, variant: str) -> Sprite:
        if (found := self._sprites.get(variant)) is None:
            found = self._sprites[variant] = Sprite(self._read(f"sprites/{variant}.svg"))
        return found

    def _other_names(self) -> dict[str, IconName]:
        """Names from older versions: of two names with one character in the font, the set draws one."""
        if self._others is None:
            others = {}
            for path in _NEW_NAMES:
                for names, _ in _RULE.findall(self._read(path).decode()):
                    several = [name.removeprefix(".fa-") for name in names.split(",")]
                    known = next((name for name in several if self._drawing(IconName(name, ""))), "")
                    others.update({name: IconName(known, "") for name in several if known and name != known})
            for name, said in _SHIM.findall(self._read(_OLD_NAMES).decode()):
                fields = dict(re.findall(r"  (\w+): ([\w-]+)", said))
                others[name] = IconName(fields.get("name", name), _PREFIXES.get(fields.get("prefix", ""), ""))
            self._others = others
        return self._others

    def _read(self, path: str) -> bytes:
        content = self._files.read(PACKAGE, path)
        if content is None:
            raise LookupError(path)
        return content

    # Fetching

    def fetch(self, then: Callable[[], None]) -> None:
        """Bring what is missing into the store, in a thread, and call `then` there. Returns at once."""
        with self._lock:
            if then not in self._waiting:
                self._waiting.append(then)
            if self._fetching or time.monotonic() < self._again:
                return
            self._fetching = True
        # A daemon: a source that does not answer must not keep the program from ending.
        threading.Thread(target=self._fetch, name="justui icons", daemon=True).start()

    def _fetch(self) -> None:
        waiting: list[Callable[[], None]] = []
        try:
            for path in (*(f"sprites/{variant}.svg" for variant in VARIANTS), *_NEW_NAMES, _OLD_NAMES):
                self._files.get(PACKAGE, path)
        except AssetError as error:
            log.warning("Icons are shown as empty boxes. %s", error)
        finally:
            with self._lock:
                self._fetching = False
                self._again = time.monotonic() + _PATIENCE
                if self._files.holds(PACKAGE, _OLD_NAMES):
                    self._again = 0.0
                    waiting, self._waiting = self._waiting, []
        for then in waiting:
            then()


@cache
def _set_of(files: Store) -> FontAwesome:
    return FontAwesome(files)


def font_awesome() -> FontAwesome:
    """The set of this process's store."""
    return _set_of(store())
