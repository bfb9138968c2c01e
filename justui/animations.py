"""The animations of `animation=`: their names, and the CSS of one of them, taken out of animate.css of the asset store.

Knows neither pages nor components. Never waits for a network: whoever needs the file gets it from the store first.
"""

import re
from typing import Final

from justui.css import declarations, minified, rules
from justui.store import store

FILE: Final = ("animate.css", "animate.css")
"""Package and path in the store."""
_OTHERS: Final = {"shake": "shakeX", "lightSpeedIn": "lightSpeedInRight", "lightSpeedOut": "lightSpeedOutRight"}
"""Names of animate.css 3, which JustPy has, with their present ones."""
NAMES: Final = frozenset(
    """
    bounce flash pulse rubberBand shakeX shakeY headShake swing tada wobble jello heartBeat
    backInDown backInLeft backInRight backInUp backOutDown backOutLeft backOutRight backOutUp
    bounceIn bounceInDown bounceInLeft bounceInRight bounceInUp
    bounceOut bounceOutDown bounceOutLeft bounceOutRight bounceOutUp
    fadeIn fadeInDown fadeInDownBig fadeInLeft fadeInLeftBig fadeInRight fadeInRightBig fadeInUp fadeInUpBig
    fadeInTopLeft fadeInTopRight fadeInBottomLeft fadeInBottomRight
    fadeOut fadeOutDown fadeOutDownBig fadeOutLeft fadeOutLeftBig fadeOutRight fadeOutRightBig fadeOutUp fadeOutUpBig
    fadeOutTopLeft fadeOutTopRight fadeOutBottomRight fadeOutBottomLeft
    flip flipInX flipInY flipOutX flipOutY
    lightSpeedInRight lightSpeedInLeft lightSpeedOutRight lightSpeedOutLeft
    rotateIn rotateInDownLeft rotateInDownRight rotateInUpLeft rotateInUpRight
    rotateOut rotateOutDownLeft rotateOutDownRight rotateOutUpLeft rotateOutUpRight
    hinge jackInTheBox rollIn rollOut
    zoomIn zoomInDown zoomInLeft zoomInRight zoomInUp zoomOut zoomOutDown zoomOutLeft zoomOutRight zoomOutUp
    slideInDown slideInLeft slideInRight slideInUp slideOutDown slideOutLeft slideOutRight slideOutUp
    """.split()
) | set(_OTHERS)

# People who want less motion get none; classes and styles of the page's own win over what stands in this layer.
_GUARD: Final = "@media (prefers-reduced-motion:no-preference){@layer components{%s}}"
_SPEEDS: Final = {"faster": ".5", "fast": ".8", "slow": "2", "slower": "3"}
_COMMON: Final = _GUARD % (
    ":root{--animate-duration:1s;--animate-delay:1s}"
    ":where([data-animation]){animation-duration:var(--animate-duration);animation-fill-mode:both}"
    + "".join(
        f"[data-animation].{name}{{animation-duration:calc(var(--animate-duration)*{factor})}}"
        for name, factor in _SPEEDS.items()
    )
    + "[data-animation].infinite{animation-iteration-count:infinite}"
    + "".join(f"[data-animation].repeat-{times}{{animation-iteration-count:{times}}}" for times in range(1, 4))
    + "".join(
        f"[data-animation].delay-{seconds}s{{animation-delay:calc(var(--animate-delay)*{seconds})}}"
        for seconds in range(1, 6)
    )
)


def lines(name: str) -> list[str]:
    """The rules that an element with `data-animation="name"` needs, one a line; what is common to all comes first.

    Nothing for a name that is not in `NAMES`, and none at all while the store does not have `FILE`.
    """
    if name not in NAMES:
        return []
    own = _Sheet.lines.get(name)
    if own is None:
        rules_by_name = _Sheet.read()
        if rules_by_name is None:
            return []
        keyframes, rule = rules_by_name[_OTHERS.get(name, name)]
        own = _Sheet.lines[name] = [
            _COMMON,
            minified(keyframes),
            _GUARD % minified(f"[data-animation={name}]{{{rule}}}"),
        ]
    return own


class _Sheet:
    """animate.css, read once for this process: one is like the other, for the manifest pins it."""

    lines: Final[dict[str, list[str]]] = {}
    _rules: dict[str, tuple[str, str]] | None = None

    @classmethod
    def read(cls) -> dict[str, tuple[str, str]] | None:
        """Keyframes and declarations by name; None while the file is not here."""
        if cls._rules is None and (content := store().read(*FILE)) is not None:
            cls._rules = _parsed(content.decode())
        return cls._rules


def _parsed(text: str) -> dict[str, tuple[str, str]]:
    frames: dict[str, str] = {}
    own: dict[str, str] = {}
    for prelude, body in rules(text):
        if body is None:
            continue
        if match := re.fullmatch(r"@keyframes (\w+)", prelude):
            frames[match[1]] = "".join(f"{step}{{{_plain(inner or '')}}}" for step, inner in rules(body))
        elif match := re.fullmatch(r"(?:\.animate__animated)?\.animate__(\w+)", prelude):
            own[match[1]] = own.get(match[1], "") + _plain(body) + ";"
    return {name: (f"@keyframes justui-{name}{{{text}}}", _named(own[name], name)) for name, text in frames.items()}


def _plain(body: str) -> str:
    """Declarations without what browsers no longer need."""
    found = {name: value for name, value in declarations(body) if not name.startswith("-webkit-")}
    return ";".join(f"{name}:{value.replace(' !important', '')}" for name, value in found.items())


def _named(text: str, name: str) -> str:
    """Tailwind has keyframes of some of these names, too."""
    return re.sub(rf"animation-name:{name}\b", f"animation-name:justui-{name}", text).rstrip(";")
