"""`Filing`: what an App offers of folders: `static` and `uploads`. The folders themselves do the work."""

import os
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.routing import BaseRoute, Router

from justui.addresses import check_route
from justui.component import targets
from justui.config import Config
from justui.dispatch import Dispatcher, is_reachable
from justui.errors import ConfigError
from justui.events import Event
from justui.files import ArrivedFile
from justui.guards import Before, Guards
from justui.handlers import Handler
from justui.paths import inner_path
from justui.static_folders import FolderMount, StaticFolder, checked_folder
from justui.upload_folders import UploadFolder
from justui.upload_places import accepted
from justui.uploads import NotTaken
from justui.visits import KEY
from justui.who import Rule

if TYPE_CHECKING:
    from justui.registry import Registry
    from justui.uploads import Uploads

FolderPath = str | os.PathLike[str]


class Filing:
    """Has folders of files."""

    config: Config
    incoming: "Uploads"
    """The files that people have chosen and whose event has not come yet."""
    router: Router
    dispatcher: Dispatcher
    registry: "Registry"

    _static_folders: tuple[StaticFolder, ...] = ()
    _upload_folders: tuple[UploadFolder, ...] = ()

    def static(
        self,
        route: str | FolderPath | Iterable[FolderPath] | Mapping[str, FolderPath],
        folder: FolderPath | None = None,
        *,
        homepage: str = "",
        before: Before = None,
        allow: Rule = True,
    ) -> None:
        """Serve the files of a folder: `static("/files", "public")`; `static("public")` at `/public`; a list of folders; or a
        mapping of routes to folders.

        `homepage`: the file to which the route itself leads, such as `index.html`; folders have no listing. Hidden files,
        Python programs, and what a symbolic link leads out to are not served. `before` and `allow` as for pages.
        At `/` pages come first. Raises `ConfigError` for a folder that is not there, or holds the program itself.
        """
        for where, place in _pairs(route, folder):
            path = _checked_route(where)
            home = checked_folder(place, f"static({where!r})")
            if homepage and inner_path(home, homepage) is None:
                raise ConfigError(f"homepage={homepage!r} wants the path of a file in {home}, such as index.html")
            guards = Guards(before, allow, f"static({where!r})")
            self._static_folders += (StaticFolder(home, homepage, guards or None),)
            self._add_route(FolderMount(path, self._static_folders[-1], name=path.strip("/") or "static"))
        self._mark_foreign()

    def uploads(
        self,
        route: str,
        folder: FolderPath,
        *,
        types: Iterable[str] | None = None,
        create: Iterable[str] = ("*",),
        overwrite: Iterable[str] = (),
        names: bool = False,
        limit: int | None = None,
        serve: bool = False,
        before: Before = None,
        allow: Rule = True,
    ) -> None:
        """Take files into a folder: PUT or POST to `route/name`. They stand there whole or not at all.

        `types`: endings (`.txt`), types (`image/png`) and families (`image/*`) that are taken, checked by name and content;
        None: all. `create` and `overwrite`: patterns of names that may be new, or replace a file; by default all, and none.
        `names`: GET `route/` lists the names. `limit`: bytes of one file, by default the setting `upload_bytes`. `serve`: GET
        `route/name` gives the file. `before` as for pages; `allow`: a function of `who`, and of the name where it takes two.

        Raises `ConfigError` for a folder that is not there or holds the program, and for options that cannot be.
        """
        home = checked_folder(folder, f"uploads({route!r})")
        place = _checked_route(route)
        taking = UploadFolder(
            self.config,
            self.incoming,
            home,
            types=types,
            create=create,
            overwrite=overwrite,
            names=names,
            limit=limit,
            serve=serve,
            find_sender=lambda request: self._sender_of(request, place),
            guards=Guards(before, True, f"uploads({route!r})") if before is not None else None,
            allow=allow,
        )
        self._upload_folders += (taking,)
        self._add_route(FolderMount(place, taking))
        accepted(place).set(taking.accept)
        self._mark_foreign()

    def _sender_of(self, request: Request, route: str) -> Callable[[ArrivedFile], Awaitable[None]] | None:
        """What is told when the file of a request is whole: the handler of the `ui.Upload` by which it is sent.

        Raises `NotTaken` where that is not on the page that the request names, or takes none.
        """
        number = request.headers.get("x-justui-upload")
        if number is None:
            return None  # not from a component
        tab = self.registry.find(request.headers.get("x-justui-tab", ""))
        component = targets.get(int(number)) if number.isascii() and number.isdecimal() and len(number) < 19 else None
        if tab is None or component is None or tab.session.identity != request.scope[KEY].session.identity:
            raise NotTaken(503, "This page is being renewed.")  # and knows other numbers in a moment
        if getattr(component, "upload_route", None) != route or not is_reachable(component.field, tab.page):  # type: ignore[attr-defined]  # components are guests
            raise NotTaken(403, "This page takes no files here any more.")
        handler: Handler | None = component.arrival  # type: ignore[attr-defined]
        if handler is None:
            return None

        async def arrived(file: ArrivedFile) -> None:
            event = Event("done", component, tab.page, tab, {"file": file})
            await self.dispatcher.run(handler, component, event)

        return arrived

    def _mark_foreign(self) -> None:
        for static in self._static_folders:
            for taking in self._upload_folders:
                if static.folder.is_relative_to(taking.folder) or taking.folder.is_relative_to(static.folder):
                    static.foreign = True

    def _add_route(self, route: BaseRoute) -> None:
        """Add a route behind the others, and before the folders at `/`, which would take everything."""
        routes = self.router.routes
        at = len(routes)
        while at and isinstance(routes[at - 1], FolderMount) and not routes[at - 1].path:  # type: ignore[attr-defined]
            at -= 1
        routes.insert(at, route)

    def _sweep_uploads(self, now: float) -> None:
        for folder in self._upload_folders:
            folder.expire(now, self.config.grace)

    def _clear_uploads(self) -> None:
        for folder in self._upload_folders:
            folder.clear()


def _pairs(route: Any, folder: Any) -> list[tuple[str, Any]]:
    if folder is not None:
        return [(route, folder)]
    if isinstance(route, Mapping):
        return list(route.items())
    listed = [route] if isinstance(route, str | os.PathLike) else list(route)
    return [(f"/{Path(one).name}", one) for one in listed]


def _checked_route(route: Any) -> str:
    check_route(route)
    if not isinstance(route, str) or not route.startswith("/") or "{" in route:
        raise ConfigError(f'a folder wants a route such as "/files", without {{}}, got {route!r:.60}')
    return route.rstrip("/")
