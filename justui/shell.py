"""The document around a page: HTML head, boot data, policy header. Knows templates and headers, not the tree."""

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from justui import engine, tailwind, wire
from justui.assets import base_sheet, fallback_sheet, runtime, tokens_sheet
from justui.assets import bridge as bridge_script
from justui.config import Config
from justui.store import Link, store

if TYPE_CHECKING:
    from justui.live import HtmlPage
    from justui.page import Opened, WebPage
    from justui.tab import Tab

_NEEDS_NONCE = re.compile(r"<(script|style|link)(?=[\s>/])", re.IGNORECASE)


def _read(name: str) -> str:
    """A template. What stands behind the end of the document would be text of the page's body."""
    return (Path(__file__).resolve().parent / "templates" / name).read_text("utf-8").rstrip()


_PAGE: Final = _read("page.html")
_MESSAGE: Final = _read("message.html")
_SHEET: Final = '<link rel="stylesheet" href="{address}">\n'
_SCRIPT: Final = '<script type="module" src="{address}" nonce="{nonce}"></script>\n'
_BOOT: Final = '<script type="application/json" id="justui-boot">{boot}</script>\n'
_STYLE: Final = '<style id="justui-sheet" nonce="{nonce}">{sheet}</style>\n'
_INTEGRITY: Final = ' integrity="{digest}" crossorigin="anonymous"'
_BUILD: Final = """\
<style type="text/tailwindcss" nonce="{nonce}">{css}</style>
<script src="{address}"{integrity} nonce="{nonce}"></script>
"""


def _filled(template: str, **values: object) -> Markup:
    """A template with the values in its `{places}`, escaped unless they are HTML already, as `Markup` says."""
    return Markup(template.format_map({name: escape(value) for name, value in values.items()}))  # noqa: S704 - as it says


def _each(template: str, addresses: Iterable[str], **values: object) -> Markup:
    """A template once for each address."""
    return Markup().join(_filled(template, address=address, **values) for address in addresses)


class Head:
    """The settings of a page as the template writes them."""

    __slots__ = ("build", "build_css", "css", "dark", "favicon", "head_html", "lang", "sheet", "sheets", "title")

    def __init__(self, page: "WebPage", opened: "Opened", nonce: str, root: str) -> None:
        settings = page.settings()
        self.title = settings["title"]
        self.lang = settings["lang"]
        self.dark = settings["dark"]
        self.sheet = Markup(opened.sheet)  # noqa: S704 - no line of it can end its element
        self.sheets = [] if page.theme is None else [root + base_sheet().address]
        self.build: Link | None = None
        self.build_css = Markup()
        if page.tailwind and not page.styled:
            self.sheets.append(root + fallback_sheet().address)
            if not engine.is_there():
                self._take_build(page, root)
        self.favicon = settings["favicon"]
        self.css = Markup(settings["css"])  # noqa: S704 - a sheet is the program's own, and cannot end its element
        self.head_html = Markup(_with_nonce(settings["head_html"], nonce))  # noqa: S704 - the program's own HTML, by that name

    def _take_build(self, page: "WebPage", root: str) -> None:
        """Tailwind's browser build, for a server without the compiler."""
        tailwind.say_missing()
        tailwind.fetch_browser_build()
        link = store().link_for(tailwind.BROWSER_PACKAGE, tailwind.BROWSER_FILE)
        self.build = link if link.integrity else Link(root + link.address)
        host = page.host
        text = tailwind.browser_source(host.css if host is not None else "", bare=page.theme is None)
        self.build_css = Markup(text.replace("</", "<\\/"))  # noqa: S704 - as above

    def looks(self, nonce: str) -> Markup:
        """Its style sheets, and what makes them."""
        return _each(_SHEET, self.sheets) + _filled(_STYLE, nonce=nonce, sheet=self.sheet) + self._built(nonce)

    def _built(self, nonce: str) -> Markup:
        link = self.build
        if link is None:
            return Markup()
        integrity = _filled(_INTEGRITY, digest=link.integrity) if link.integrity else ""
        return _filled(_BUILD, nonce=nonce, css=self.build_css, address=link.address, integrity=integrity)

    def theme(self) -> Markup:
        """The attribute that chooses the light or the dark colours, unless the person's system does."""
        return _filled(' data-theme="{dark}"', dark=self.dark) if self.dark else Markup()


@dataclass(frozen=True, slots=True)
class Wiring:
    """How the pages of an App are connected.

    `socket`: the socket's address below the App's prefix; `bridge`: whether pages begin with the second script,
    which they else load when they need it.
    """

    config: Config
    socket: str
    debug: bool
    bridge: bool

    def tags(
        self, request: Request, tab: "Tab", nonce: str, *, bridge: bool = False, policy: Sequence[str] = ()
    ) -> Markup:
        """The runtime in a page's head: what it has to know, and its scripts; `bridge`: the second one in any case.

        `policy`: what this document's policy accepts beyond the usual.
        """
        root = request.scope.get("root_path", "")
        second = root + bridge_script(readable=self.debug).address
        boot = {
            "token": tab.token,
            "tab": tab.id,
            "socket": root + self.socket,
            "bridge": second,
            "method": request.method,
            "debug": self.debug,
            "protocol": wire.PROTOCOL,
            "longest": self.config.text_length,
            "largest": self.config.upload_bytes,
            "frame": self.config.frame_bytes,
            "grace": self.config.grace,
        }
        if policy:
            boot["policy"] = list(policy)
        scripts = [root + runtime(readable=self.debug).address, *([second] if self.bridge or bridge else [])]
        text = Markup(wire.encode(boot).replace("<", "\\u003c"))  # noqa: S704 - made here
        return _filled(_BOOT, boot=text) + _each(_SCRIPT, scripts, nonce=nonce)


def document(request: Request, page: "WebPage", opened: "Opened", tab: "Tab", wiring: "Wiring") -> HTMLResponse:
    """The whole answer to a request that a page function has answered with `page`, which the new `tab` has `opened`."""
    nonce = secrets.token_urlsafe(16)
    root = request.scope.get("root_path", "")
    body = _with_nonces(opened.body, page.body_html, nonce)
    head = Head(page, opened, nonce, root)
    text = _filled(
        _PAGE,
        title=head.title,
        lang=head.lang,
        theme=head.theme(),
        scheme=head.dark or "light dark",
        favicon=head.favicon,
        looks=head.looks(nonce),
        nonce=nonce,
        css=head.css,
        runtime=wiring.tags(request, tab, nonce, policy=_beyond(head)),
        head_html=head.head_html,
        body=Markup(body),  # noqa: S704 - escaped by `render`
    )
    response = HTMLResponse(wire.clean(text))
    response.headers["cache-control"] = "no-store"
    response.headers["content-security-policy"] = policy(nonce, inline_styles=head.build is not None)
    _harden(response)
    return response


def _beyond(head: Head | None) -> list[str]:
    """What a document with this head wants of its policy beyond the usual."""
    return ["inline styles"] if head is not None and head.build is not None else []


def plain_document(request: Request, page: "HtmlPage") -> HTMLResponse:
    """The whole answer where the HTML is the user's own, and not live."""
    nonce = secrets.token_urlsafe(16)
    response = HTMLResponse(page.text_for(nonce, "", request.scope.get("root_path", "")))
    response.headers["content-security-policy"] = policy(nonce, handlers=page.hashes)
    _harden(response)
    return response


def own_document(request: Request, page: "HtmlPage", opened: "Opened", tab: "Tab", wiring: "Wiring") -> HTMLResponse:
    """The whole answer where the HTML is the user's own; `tab`: the new one that has `opened` it."""
    nonce = secrets.token_urlsafe(16)
    root = request.scope.get("root_path", "")
    head = Head(page, opened, nonce, root) if opened.shown or page.theme is not None else None
    beyond = [*_beyond(head), *page.hashes]
    runtime: str = wiring.tags(request, tab, nonce, bridge=page.root_object is not None, policy=beyond)
    if head is not None:
        if page.theme is None:
            head.sheets.insert(0, root + tokens_sheet().address)
        runtime = head.looks(nonce) + runtime
    response = HTMLResponse(wire.clean(page.text_for(nonce, runtime, root, opened.shown)))
    response.headers["cache-control"] = "no-store"
    inline_styles = head is not None and head.build is not None
    response.headers["content-security-policy"] = policy(nonce, inline_styles=inline_styles, handlers=page.hashes)
    _harden(response)
    return response


def _with_nonce(html: str, nonce: str) -> str:
    """HTML of the program's own, whose scripts and style sheets the policy is to accept."""
    return _NEEDS_NONCE.sub(lambda match: f'{match[0]} nonce="{nonce}"', html)


def _with_nonces(body: str, html: str, nonce: str) -> str:
    """The body, where `html`, the page's `body_html`, may have scripts and style sheets: it is the program's own."""
    return body.replace(html, _with_nonce(html, nonce), 1) if html else body


def policy(nonce: str, *, inline_styles: bool = False, handlers: Sequence[str] = ()) -> str:
    """The policy header of law 15, for one response.

    `inline_styles`: for Tailwind's browser build, which makes style elements; `handlers`: hashes of handlers in the HTML.
    """
    scripts = " ".join([f"'nonce-{nonce}'", *(["'unsafe-hashes'", *handlers] if handlers else [])])
    styles = "'unsafe-inline'" if inline_styles else f"'nonce-{nonce}'"
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' {styles}; style-src-attr 'unsafe-inline'; "
        "img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'"
    )


def message(request: Request, status: int, title: str, text: str, detail: str = "") -> HTMLResponse:
    """A plain page that says what happened; used for errors."""
    root = request.scope.get("root_path", "")
    sheets = [root + base_sheet().address, root + fallback_sheet().address]
    detail = _filled("<pre>{detail}</pre>", detail=detail) if detail else ""
    content = _filled(_MESSAGE, title=title, text=text, detail=detail, sheets=_each(_SHEET, sheets))
    response = HTMLResponse(wire.clean(content), status_code=status)
    response.headers["cache-control"] = "no-store"
    response.headers["content-security-policy"] = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'"
    _harden(response)
    return response


def _harden(response: HTMLResponse) -> None:
    response.headers["x-content-type-options"] = "nosniff"
    response.headers["referrer-policy"] = "same-origin"
