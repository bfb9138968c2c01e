"""The house: who may know whom. DESIGN part 4 as a table, and the tests that hold it."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Final, NamedTuple

import pytest

ROOT: Final = Path(__file__).resolve().parents[1]

# An import goes to a lower floor, or stays on its floor as long as there is no circle. A package is one room.
FLOORS: Final[dict[int, str]] = {
    0: "errors late collector",
    1: "yjs databases html_tokens addresses logs reloading setting_values settings_file codec who css engine utilities wire config minify markup places tasks hints context gates signatures entries exposed markup places broker visits manifest sources store rewriting",
    2: "stored people document_log document_file documents shared_text comments positions shared shared_list shared_map rich rich_html rich_reader rich_elements rich_markdown attributes binding blocks bridge classes component declaring following keywords children marks handlers html_attributes html_content safety raw_html listeners turns state lists models merge outbox js operators links statements functions answers targets rules directory handover subscriptions topics queues tab_queue session session_stores session_text session_redis session_file sessions tickets flow assets library static_sheet upload_places dialect sheet tailwind files paths file_types parts origin trusting mounting animations motion",
    3: "host chores cookies events render still page_settings fields dom styling request guards finishing",
    4: "patch delivery",
    5: "page scripts",
    6: "tab live outlet injecting templating shell background",
    7: "sharing attached dispatch registry uploads instances runner roots calls exposing",
    8: "connection static_folders upload_folders downloads",
    9: "app navigation views rendering page_classes filing attaching entrance messaging routing server",
    10: "testing cli windows __main__ __init__ justpy",
}
ROOMS: Final = {room: floor for floor, rooms in FLOORS.items() for room in rooms.split()}

# Components are guests: they stand on the engine up to this floor, and the engine does not know them.
COMPONENTS: Final = "components"
COMPONENTS_KNOW_UP_TO: Final = 6
KNOW_COMPONENTS: Final = {"__init__", "justpy"}

# Libraries that only some rooms may know.
LIBRARIES: Final[dict[str, set[str]]] = {
    "starlette": {
        "app",
        "attaching",
        "entrance",
        "finishing",
        "guards",
        "navigation",
        "page_classes",
        "rendering",
        "request",
        "routing",
        "server",
        "uploads",
        "shell",
        "justpy",
        "static_folders",
        "upload_folders",
        "downloads",
        "filing",
        "views",
    },
    "uvicorn": {"server", "justpy"},
    "jinja2": {"mounting", "templating", "trusting"},
    "nh3": {"raw_html"},
    "redis": {"broker", "session_redis"},
    "pycrdt": {"document_log", "documents"},
}

# The one import that waits until it is needed: opening the optional Redis broker.
LATE: Final = {("broker", "redis"), ("broker", "broker.redis")}


class Import(NamedTuple):
    """One import statement's target: a module of the house (`page`, `components.html`) or a library (`re`)."""

    module: str
    ours: bool
    line: int
    late: bool  # inside a function
    typing: bool  # under `if TYPE_CHECKING:`, so that nothing happens at run time


class House:
    """The modules of the package by their names below `justui`, and what is wrong with their imports."""

    def __init__(self, sources: dict[str, str]) -> None:
        self.imports = {name: list(find_imports(source, set(sources))) for name, source in sources.items()}

    def unknown_rooms(self) -> list[str]:
        """Modules that the table of floors does not have."""
        return sorted({room(module) for module in self.imports} - set(ROOMS) - {COMPONENTS})

    def upward(self) -> list[str]:
        """Imports of the engine that go up, and of the engine or the components to what they must not know."""
        return [
            f"{module}:{found.line} imports {found.module}"
            for module, found in self._each()
            if found.ours and not found.typing and not self._goes_down(room(module), room(found.module))
        ]

    def _goes_down(self, here: str, there: str) -> bool:
        if here == COMPONENTS:
            return there == COMPONENTS or ROOMS.get(there, 99) <= COMPONENTS_KNOW_UP_TO
        if there == COMPONENTS:
            return here in KNOW_COMPONENTS
        return ROOMS.get(there, 99) <= ROOMS.get(here, -1)

    def circle(self) -> list[str]:
        """The modules of an import circle, or nothing."""
        graph = {
            module: {one.module for one in found if one.ours and not one.typing and one.module != module}
            for module, found in self.imports.items()
        }
        return find_circle(graph)

    def late(self) -> list[str]:
        """Imports inside of functions."""
        return [
            f"{module}:{found.line} imports {found.module} inside a function"
            for module, found in self._each()
            if found.late and (room(module), found.module) not in LATE
        ]

    def libraries(self) -> list[str]:
        """Imports of libraries that are another room's business."""
        return [
            f"{module}:{found.line} imports {found.module}"
            for module, found in self._each()
            if not found.ours and room(module) not in LIBRARIES.get(found.module.partition(".")[0], {room(module)})
        ]

    def _each(self) -> Iterator[tuple[str, Import]]:
        for module, imports in self.imports.items():
            for found in imports:
                yield module, found


def room(module: str) -> str:
    return module.partition(".")[0]


def find_circle(graph: dict[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def find_imports(source: str, modules: set[str]) -> Iterator[Import]:
    """All imports of a source; `modules` are those of the house."""

    def resolve(name: str) -> tuple[str, bool]:
        if name.partition(".")[0] != "justui":
            return name, False
        parts = name.split(".")[1:]
        while parts and ".".join(parts) not in modules:
            parts.pop()
        return ".".join(parts) or "__init__", True

    def walk(node: ast.AST, late: bool, typing: bool) -> Iterator[Import]:
        names: set[str] = set()
        if isinstance(node, ast.Import):
            names = {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports are not used here"
            names = {f"{node.module}.{alias.name}" for alias in node.names}
        for name in names:
            module, ours = resolve(name)
            yield Import(module, ours, getattr(node, "lineno", 0), late, typing)
        late = late or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for child in ast.iter_child_nodes(node):
            guarded = isinstance(node, ast.If) and child in node.body and "TYPE_CHECKING" in ast.unparse(node.test)
            yield from walk(child, late, typing or guarded)

    seen = set()
    for found in walk(ast.parse(source), late=False, typing=False):
        if found not in seen:
            seen.add(found)
            yield found


def read_house() -> House:
    """The house as it stands: the engine, and the components where the package has them."""
    sources = {}
    for folder, prefix in ((ROOT / "justui", ()), (ROOT / "components", (COMPONENTS,))):
        for path in sorted(folder.rglob("*.py")):
            parts = (*prefix, *path.relative_to(folder).with_suffix("").parts)
            if not prefix and parts[0] in {COMPONENTS, "templates"}:
                continue  # the links: a newer rglob might follow them
            if parts[-1] == "__init__" and len(parts) > 1:
                parts = parts[:-1]
            sources[".".join(parts)] = path.read_text()
    return House(sources)


@pytest.fixture(scope="module")
def house() -> House:
    return read_house()


def test_every_room_has_a_floor(house: House) -> None:
    assert house.unknown_rooms() == []


def test_imports_go_down_only(house: House) -> None:
    assert house.upward() == []


def test_there_is_no_circle(house: House) -> None:
    assert house.circle() == []


def test_nothing_is_imported_inside_a_function(house: House) -> None:
    assert house.late() == []


def test_libraries_are_known_to_few(house: House) -> None:
    assert house.libraries() == []


def test_the_whole_house_is_read(house: House) -> None:
    """Or the tests above would praise an empty one."""
    assert {"__init__", "errors", "wire", "component", "page"} <= set(house.imports)
    assert any(module.startswith("components.") for module in house.imports)


@pytest.mark.parametrize(
    ("module", "source", "fault"),
    [
        ("wire", "from justui.page import WebPage", "upward"),
        ("wire", "import justui", "upward"),
        ("page", "from justui import components", "upward"),
        ("components.html", "from justui.app import App", "upward"),
        ("components.html", "import justui as ui", "upward"),
        ("errors", "from justui.errors import x\nfrom justui import wire", "upward"),
        ("page", "def show():\n    import re", "late"),
        ("page", "class A:\n    async def show(self):\n        from justui import wire", "late"),
        ("page", "import starlette.responses", "libraries"),
        ("shell", "from redis.asyncio import Redis", "libraries"),
        ("sandwich", "", "unknown_rooms"),
    ],
)
def test_faults_are_found(module: str, source: str, fault: str) -> None:
    sources = dict.fromkeys(["__init__", "errors", "wire", "page", "app", "shell", "components.html"], "")
    house = House(sources | {module: source})
    found = {name for name in ("upward", "late", "libraries", "unknown_rooms") if getattr(house, name)()}
    assert found == {fault}


def test_a_circle_is_found() -> None:
    house = House({"marks": "import justui.children", "children": "from justui.marks import mark"})
    assert sorted(set(house.circle())) == ["children", "marks"]


def test_types_alone_and_redis_are_excused() -> None:
    sources = {
        "errors": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from justui.page import WebPage",
        "page": "",
        "broker": "def connect():\n    import redis",
    }
    house = House(sources)
    assert house.upward() == house.circle() == house.late() == house.libraries() == []


# The browser runtime: ES modules that the server joins into one script, so that they also share their top-level names.

IMPORT: Final = re.compile(r'^import\s+(?:\{[^}]*\}\s*from\s*)?"([^"]+)";', re.M)
ANY_IMPORT: Final = re.compile(r"^\s*(?:import\b|export\s*\{|export\s*\*)", re.M)
DECLARATION: Final = re.compile(
    r"^(?:export\s+)?(?:default\s+)?(?:async\s+)?(?:function\*?|class|const|let|var)\s+(\w+|\{[^}]*\}|\[[^\]]*\])", re.M
)


def read_browser() -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted((ROOT / "justui" / "browser").glob("*.js"))}


def browser_graph(sources: dict[str, str]) -> dict[str, set[str]]:
    return {name: {one.removeprefix("./") for one in IMPORT.findall(source)} for name, source in sources.items()}


def top_level_names(source: str) -> list[str]:
    return [name for found in DECLARATION.findall(source) for name in re.findall(r"\w+", found)]


def test_browser_modules_import_each_other_plainly() -> None:
    """One form of import, of modules that exist: what the joining server understands."""
    sources = read_browser()
    assert "wire.js" in sources
    for name, source in sources.items():
        assert len(IMPORT.findall(source)) == len(ANY_IMPORT.findall(source)), name
        assert browser_graph(sources)[name] <= set(sources), name


def test_browser_modules_have_no_circle() -> None:
    assert find_circle(browser_graph(read_browser())) == []
    assert find_circle(browser_graph({"a.js": 'import { b } from "./b.js";', "b.js": 'import "./a.js";'}))


def test_browser_modules_share_no_top_level_name() -> None:
    sources = read_browser()
    names = Counter(name for source in sources.values() for name in top_level_names(source))
    assert {name for name, count in names.items() if count > 1} == set()
    assert len(names) > len(sources)
    assert top_level_names("export const { a, b } = x;\nasync function c() {\n  let d;\n}") == ["a", "b", "c"]
