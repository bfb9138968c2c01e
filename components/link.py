"""`Link`: a link to another page of the site that changes the page in place. Its browser half is `navigation.js`."""

from typing import TYPE_CHECKING, Any

from justui.components.html.links import A
from justui.links import LINK, Links

if TYPE_CHECKING:
    from typing import Unpack

    from justui.component import Child
    from justui.components.html.links import AKeywords


class Link(A):
    """A link that changes the page in place: the browser loads nothing anew, and back, forward, title and focus are right.

    The layout of the page stays as it is where the new address has the same one. It has `aria-current="page"` while its address
    is that of the tab. Files to download, other sites and what is no live page are loaded as by any link (`ui.A`), and so is
    all of it without JavaScript, in a new window, and with `data_reload=True`.
    """

    if TYPE_CHECKING:

        def __init__(self, *children: Child, **keywords: Unpack[AKeywords]) -> None: ...

    else:

        def __init__(self, *children: Any, **keywords: Any) -> None:
            Links.made = True
            super().__init__(*children, **keywords)
            self.set_attributes({"data-half": LINK})
