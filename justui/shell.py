"""The document around a page: HTML head, boot data, policy header. Knows templates and headers, not the tree."""

import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from justui import wire
from justui.assets import base_sheet, runtime

if TYPE_CHECKING:
    from justui.page import WebPage
    from justui.tab import Tab

_NEEDS_NONCE = re.compile(r"<(script|style|link)(?=[\s>/])", re.IGNORECASE)
_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).resolve().parent / "templates"),
    autoescape=True,
    auto_reload=False,
    undefined=jinja2.StrictUndefined,
)


class Head:
    """The settings of a page as the template writes them."""

    __slots__ = ("css", "favicon", "head_html", "lang", "title")

    def __init__(self, page: "WebPage", nonce: str) -> None:
        settings = page.settings()
        self.title = settings["title"]
        self.lang = settings["lang"]
        self.favicon = settings["favicon"]
        self.css = Markup(settings["css"])  # noqa: S704 - a sheet is the program's own, and cannot end its element
        self.head_html = Markup(_NEEDS_NONCE.sub(rf'<\1 nonce="{nonce}"', settings["head_html"]))  # noqa: S704 - the program's own HTML, by that name


def document(request: Request, page: "WebPage", tab: "Tab", socket: str, *, debug: bool, longest: int) -> HTMLResponse:
    """The whole answer to a request that a page function has answered with `page`, for the new `tab`.

    `socket`: the socket's address below the App's prefix; `longest`: characters that one text field may have.
    """
    nonce = secrets.token_urlsafe(16)
    root = request.scope.get("root_path", "")
    body = page.open_for(tab)
    boot = {
        "token": tab.token,
        "socket": root + socket,
        "method": request.method,
        "debug": debug,
        "protocol": wire.PROTOCOL,
        "longest": longest,
    }
    text = _templates.get_template("page.html").render(
        page=Head(page, nonce),
        nonce=nonce,
        sheet=root + base_sheet().address,
        script=root + runtime().address,
        boot=Markup(wire.encode(boot).replace("<", "\\u003c")),  # noqa: S704 - made here
        body=Markup(body),  # noqa: S704 - escaped by `render`
    )
    response = HTMLResponse(wire.clean(text))
    response.headers["cache-control"] = "no-store"
    response.headers["content-security-policy"] = policy(nonce)
    _harden(response)
    return response


def policy(nonce: str) -> str:
    """The policy header of law 15, for one response."""
    return (
        f"default-src 'self'; script-src 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; style-src-attr 'unsafe-inline'; "
        "img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'"
    )


def message(request: Request, status: int, title: str, text: str, detail: str = "") -> HTMLResponse:
    """A plain page that says what happened; used for errors."""
    content = _templates.get_template("message.html").render(
        title=title, text=text, detail=detail, sheet=request.scope.get("root_path", "") + base_sheet().address
    )
    response = HTMLResponse(wire.clean(content), status_code=status)
    response.headers["cache-control"] = "no-store"
    response.headers["content-security-policy"] = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'"
    _harden(response)
    return response


def _harden(response: HTMLResponse) -> None:
    response.headers["x-content-type-options"] = "nosniff"
    response.headers["referrer-policy"] = "same-origin"
