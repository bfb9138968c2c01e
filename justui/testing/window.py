"""`Window`: the window of a tab in the test client, a small model of what `tab.js` reaches: values and functions that a test puts in.

Does the operations `c` and `g` of `docs/wire.md` as the browser does. Elements have text, value and what is assigned to them.
"""

import asyncio
import inspect
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from justui import codec, wire
from justui.answers import KEEP, VALUE
from justui.testing.dom import Document
from justui.testing.elements import BrowserError, Model, Node
from justui.testing.nodes import Element
from justui.testing.server import Server

_MISSING: Any = object()


class Doors(Protocol):
    """What a window wants of its tab."""

    server: Server

    @property
    def title(self) -> str:
        """The page's title."""

    @property
    def document(self) -> Document:
        """The document as it is now."""

    def find_all(self, target: str) -> list[Element]:
        """All elements of a selector."""

    def hear(self, element: Element, spec: str, heard: Callable[[dict[str, Any]], object]) -> None:
        """Call a function at an event of an element."""


class _Result:
    """What became of a statement: value, error, or a task that it waits for."""

    def __init__(self) -> None:
        self.value: Any = None
        self.error: Exception | None = None
        self.task: asyncio.Task[None] | None = None


class Window:
    """Values and functions by name: `tab.window["adjust"] = lambda x: x * 1.3`. Async functions are promises."""

    def __init__(
        self,
        tab: Doors,
        say: Callable[[dict[str, Any], list[bytes]], None],
        start: Callable[[Coroutine[Any, Any, None], str], "asyncio.Task[None]"],
    ) -> None:
        self._tab = tab
        self._say = say
        self._start = start
        self.values: dict[str, Any] = {}
        self.results: dict[int, _Result] = {}
        """What Python holds, by the numbers of the statements."""
        self.freezes = False
        """Whether the page's script never ends: nothing is done and answered any more."""
        self._nodes: WeakKeyDictionary[Element, Node] = WeakKeyDictionary()

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self.values[name] = value

    def __delitem__(self, name: str) -> None:
        del self.values[name]

    def __contains__(self, name: object) -> bool:
        return name in self.values

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def node(self, selector: str) -> Node:
        """The first element of a selector."""
        found = self._tab.find_all(selector)
        if not found:
            raise BrowserError("NotFoundError", f"there is no element {selector}")
        return self.element_node(found[0])

    @property
    def document(self) -> Document:
        """The document as it is now."""
        return self._tab.document

    def hear(self, element: Element, spec: str, heard: Callable[[dict[str, Any]], object]) -> None:
        """Call a function at an event of an element."""
        self._tab.hear(element, spec, heard)

    def element_node(self, element: Element) -> Node:
        """An element as statements see it, the same one each time."""
        node = self._nodes.get(element)
        if node is None:
            node = self._nodes[element] = Node(element, self)
        return node

    # Operations

    def run(self, statements: list[Any], blobs: list[bytes]) -> None:
        """Do statements."""
        if self.freezes:
            return
        built = {statement[2] for statement in statements if isinstance(statement[2], int)}
        batch: dict[int, _Result] = {}
        for number, bits, root, *steps in statements:
            known = {**self.results, **batch}
            result = batch[number] = self._evaluate(root, steps, known, blobs)
            if bits & KEEP:
                self.results[number] = result
            tells = bool(bits & VALUE) or number not in built
            if result.task is None:
                self._finish(number, bits, result, tells=tells)
            else:
                result.task.add_done_callback(
                    lambda _, a=number, b=bits, c=result, d=tells: self._finish(a, b, c, tells=d)  # type: ignore[misc]
                )

    def let_go(self, parts: list[Any], _: list[bytes]) -> None:
        """Python holds these results and functions no more."""
        if self.freezes:
            return
        results, functions = parts
        for number in results:
            del self.results[number]
        for number in functions:
            del self._tab.server.lent[number]

    def _evaluate(self, root: Any, steps: list[Any], known: dict[int, _Result], blobs: list[bytes]) -> _Result:
        result = _Result()
        waiting = [one.task for one in known.values() if one.task is not None and not one.task.done()]
        mine = known.get(root) if isinstance(root, int) else None
        if waiting and ((root == 0 and not steps) or (mine is not None and mine.task in waiting)):
            result.task = self._start(self._later(result, root, steps, known, blobs, waiting), "statement")
            return result
        self._begin(result, root, steps, known, blobs)
        return result

    async def _later(
        self, result: _Result, root: Any, steps: list[Any], known: dict[int, _Result], blobs: list[bytes], waiting: Any
    ) -> None:
        await asyncio.wait(waiting)
        inner = _Result()
        self._begin(inner, root, steps, known, blobs)
        if inner.task is not None:
            await asyncio.wait([inner.task])
        result.value, result.error = inner.value, inner.error

    def _begin(
        self, result: _Result, root: Any, steps: list[Any], known: dict[int, _Result], blobs: list[bytes]
    ) -> None:
        try:
            value = None if root == 0 and not steps else self._follow(root, steps, known, blobs)
        except Exception as error:  # noqa: BLE001 - whatever a test's function raises is the page's error
            result.error = error
            return
        if inspect.isawaitable(value):
            result.task = self._start(self._await(result, value), "promise")
        else:
            result.value = value

    async def _await(self, result: _Result, value: Any) -> None:
        try:
            result.value = await value
        except Exception as error:  # noqa: BLE001 - as above
            result.error = error

    def _finish(self, number: int, bits: int, result: _Result, *, tells: bool) -> None:
        if result.error is not None:
            if tells:
                self._say({"a": [{"n": number, "e": _words(result.error)}]}, [])
        elif bits & VALUE:
            try:
                packed = codec.pack(result.value)
            except TypeError as error:
                self._say(
                    {"a": [{"n": number, "e": {"type": "TypeError", "text": f"not transferable: {error}"}, "k": 1}]}, []
                )
            else:
                self._say({"a": [{"n": number, "v": packed.value}]}, packed.blobs)

    # Steps

    def _follow(self, root: Any, steps: list[Any], known: dict[int, _Result], blobs: list[bytes]) -> Any:
        value = self._root(root, known)

        def special(item: Any) -> Any:
            return self._unpack(item, known, blobs)

        for step in steps:
            value = self._step(value, *step, special=special) if isinstance(step, list) else self._read(value, step)
        return value

    def _step(self, value: Any, kind: str, *rest: Any, special: Callable[[Any], Any]) -> Any:
        match kind:
            case "c" | "n":
                if not callable(value):
                    raise BrowserError("TypeError", "this is not a function")
                return value(*special(rest[0]))
            case "s":
                return self._assign(value, special(rest[0]), special(rest[1]))
            case "d":
                return _items(value).pop(str(special(rest[0])))
            case "g":
                return _item(value, special(rest[0]))
            case "h":
                return special(rest[0]) in _items(value)
            case "+":
                return value + special(rest[0])
            case "q" | "#":
                return self.node(rest[0] if kind == "q" else f"#{rest[0]}")
        return value.step(kind, *map(special, rest))

    def _root(self, root: Any, known: dict[int, _Result]) -> Any:
        if root == 0:
            return self
        if isinstance(root, list):
            return self._tab.server.lent[root[1]]
        if root not in known:
            raise BrowserError("ReferenceError", "this result is not kept any more")
        result = known[root]
        if result.error is not None:
            raise result.error
        return result.value

    def _read(self, value: Any, name: Any) -> Any:
        if value is self:
            return self._document() if name == "document" else self.values.get(name)
        if isinstance(value, Model):
            return value.read(name)
        if isinstance(value, dict):
            return value.get(name)
        if value is None:
            raise BrowserError("TypeError", f"Cannot read properties of undefined (reading '{name}')")
        if name == "length":
            return len(value)
        return getattr(value, name, None)

    def _document(self) -> dict[str, Any]:
        return {
            "title": self._tab.title,
            "getElementById": lambda name: next(map(self.element_node, self._tab.find_all(f"#{name}")), None),
            "querySelector": lambda selector: next(map(self.element_node, self._tab.find_all(selector)), None),
        }

    def _assign(self, target: Any, key: Any, value: Any) -> Any:
        if isinstance(target, Model):
            target.assign(key, value)
        elif isinstance(target, list):
            target[key] = value
        elif target is None:
            raise BrowserError("TypeError", f"Cannot set properties of null (setting '{key}')")
        else:
            _items(target)[str(key)] = value

    def _unpack(self, value: Any, known: dict[int, _Result], blobs: list[bytes]) -> Any:
        if isinstance(value, list):
            return [self._unpack(item, known, blobs) for item in value]
        if isinstance(value, dict) and wire_mark(value) == codec.EXPRESSION:
            _, root, *steps = value[codec.MARK]
            return self._follow(root, steps, known, blobs)
        if isinstance(value, dict) and codec.MARK not in value:
            return {key: self._unpack(item, known, blobs) for key, item in value.items()}
        return codec.unpack(value, blobs, lambda number: lambda *arguments: self._tab.server.run(number, *arguments))


def wire_mark(value: dict[str, Any]) -> Any:
    """The kind of a special value."""
    special = value.get(codec.MARK)
    return special[0] if isinstance(special, list) else None


def _items(value: Any) -> dict[Any, Any]:
    if isinstance(value, Window):
        return value.values
    if isinstance(value, Node):
        return value.properties
    return value if isinstance(value, (dict, list)) else vars(value)  # type: ignore[return-value]


def _item(value: Any, key: Any) -> Any:
    if isinstance(value, Model):
        return value.read(key)
    if isinstance(value, dict):
        key = str(key)
    try:
        return _items(value)[key]
    except (KeyError, IndexError):
        raise BrowserError("KeyError", wire.encode(key)) from None


def _words(error: Exception) -> dict[str, str]:
    return {"type": getattr(error, "name", type(error).__name__), "text": str(error)}
