"""`abort` and `redirect`: how a page function, guard or handler ends on purpose. Knows no HTTP: others make answers of them."""

from http import HTTPStatus
from typing import NoReturn
from urllib.parse import urlsplit

from justui.context import handling
from justui.errors import UsageError
from justui.origin import header
from justui.safety import safe_url
from justui.visits import visiting


class Flow(Exception):
    """A page function, guard or handler ends here, on purpose. It is no fault, so nobody logs it."""


class Abort(Flow):
    """The request is refused, with a status and a reason for the person."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Redirect(Flow):
    """The person is sent to another address. `status` 0: that which fits the request's method."""

    def __init__(self, url: str, status: int = 0) -> None:
        super().__init__(url)
        self.url = url
        self.status = status


def abort(status: int, why: str = "") -> NoReturn:
    """End the page function, guard or handler that runs here.

    While a request is answered, the answer has this HTTP status (400 to 599) and a page that says `why`, or that of
    `@app.error(status)`. In a handler nothing is sent over HTTP any more: the tab shows `why`, and what was changed stays.
    Raises `UsageError` elsewhere, and for another status.
    """
    if type(status) is not int or not 400 <= status <= 599:
        raise UsageError(
            f"abort() wants an HTTP status from 400 to 599, got {status!r}. To send somebody on: ui.redirect."
        )
    reason = str(why) or phrase_of(status)
    if _is_answering():
        raise Abort(status, reason)
    event = handling.get()
    if event is None or event.tab is None:
        raise UsageError(f"ui.abort {_WHERE}")
    event.tab.notify(reason, "error")
    raise Abort(status, reason)


def redirect(url: object, *, external: bool = False, status: int = 0) -> NoReturn:
    """End the page function, guard or handler that runs here, and send its tab to another address.

    While a request is answered that is an HTTP redirect (302; 303 after a form was posted; or `status`), in a handler the tab
    navigates. The address has to be one of this site: a path, or an address of the host that was asked; with
    `external=True` any. So an address that came from a browser, such as `?next=`, leads nobody astray.
    Raises `UsageError` for others, and where neither a request is answered nor a handler of a tab runs.
    """
    text = safe_url(url, "redirect")
    if status and status not in (301, 302, 303, 307, 308):
        raise UsageError(f"redirect() wants a status of 301, 302, 303, 307 or 308, got {status!r}")
    if not external and not is_local(text):
        raise UsageError(
            f"redirect({text[:80]!r}) leads to another site. If that is meant: ui.redirect(…, external=True). Never for an "
            "address that came from a browser."
        )
    if _is_answering():
        raise Redirect(text, status)
    event = handling.get()
    if event is None or event.tab is None:
        raise UsageError(f"ui.redirect {_WHERE}")
    event.tab.redirect(text)
    raise Redirect(text, status)


_WHERE = (
    "belongs into a page function, a guard or a handler, before the answer begins. Elsewhere there is tab.redirect(url) "
    "and tab.notify(text)."
)


def _is_answering() -> bool:
    visit = visiting.get()
    return visit is not None and visit.open


def is_local(url: str) -> bool:
    """Whether an address stays on this site, as browsers read it: a path, or the host of the request that is answered here."""
    if any(character <= " " or character == "\x7f" for character in url):
        return False  # browsers take some of them out, and what is left may begin with two slashes
    try:
        parts = urlsplit(url.replace("\\", "/"))
    except ValueError:
        return False
    if not parts.scheme and not parts.netloc:
        return not url.replace("\\", "/").startswith("//")
    visit = visiting.get()
    host = "" if visit is None else header(visit.scope, b"host")
    return parts.scheme in ("", "http", "https") and bool(host) and parts.netloc.lower() == host.lower()


def phrase_of(status: int) -> str:
    """What an HTTP status is called."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"Error {status}"
