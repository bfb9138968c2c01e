"""Raw HTML as the content of a component, in place of its text and children: sanitised, unless the program wrote it itself.

What is safe is `safety`'s to say.
"""

from typing import TYPE_CHECKING, Any

from justui import hints
from justui.children import replace
from justui.errors import TreeError
from justui.following import follow, stop_following
from justui.marks import FOLLOWS, RAGGED, RAW, mark, tree_lock
from justui.safety import is_ragged, sanitised
from justui.state import Reactive

if TYPE_CHECKING:
    from justui.component import Component


def put_html(component: "Component", html: "str | Reactive[Any] | None", *, safe: bool) -> None:
    """Set the content. Raises `TreeError` for an element that can have no HTML inside."""
    if component.void or not component.tag or component.tag == "textarea":
        raise TreeError(f"{component.describe()} can have no inner_html.")
    if isinstance(html, Reactive):
        follow(component, "#safe html" if safe else "inner_html", html)
        return
    html = "" if html is None else str(html)
    clean = html if safe else sanitised(html)
    if hints.Diagnostics.on and not safe and hints.lost_scripts(html, clean):
        hints.say(
            f"{component.describe()}: <script> and onclick were removed. Use safe=True only for HTML that you wrote yourself."
        )
    with tree_lock:
        if component._flags & FOLLOWS:
            stop_following(component, "text", "inner_html", "#safe html")
        if component._children:
            replace(component, 0, len(component._children), [])
        component._flags = component._flags & ~RAGGED | RAW
        if safe and is_ragged(html):
            component._flags |= RAGGED
        component._text = clean
        mark(component, "#html")
