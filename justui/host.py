"""`Host`: what a page wants of the App that shows it. A face without a body, so that pages need not know the App."""

from typing import TYPE_CHECKING, Any, Protocol

from justui.chores import ChoreHost

if TYPE_CHECKING:
    from justui.config import Config
    from justui.page import WebPage
    from justui.tab import Tab


class Host(ChoreHost, Protocol):
    """What a page wants of the App that shows it."""

    css: str
    """The App's own style sheet."""
    config: "Config"

    def remote_failed(self, error: Exception, tab: "Tab") -> None:
        """A statement that nobody waits for has failed in a browser."""

    def here(self) -> bool:
        """Whether the caller is in the App's loop."""

    def offer(self, tab: "Tab", content: Any, name: str) -> str:
        """The address at which a tab's person may fetch what a handler gives."""

    def run_life(self, page: "WebPage", event: str, tab: "Tab") -> None:
        """Run what a page does when it comes into the outlet of a tab's layout, or leaves it: `join` or `leave`."""

    def offer_view(self, tab: "Tab", view: Any) -> str:
        """The address at which a tab's browser fetches another page for its present address."""

    def released(self, page: "WebPage") -> None:
        """The last tab of a page has gone."""
