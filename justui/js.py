"""`tab.js`, `page.js`, `app.js`: what is in the browser, as Python objects. A path of steps, never code text.

In the loop an expression is awaited for its value; in a worker thread it gives its value when that is used. What is assigned,
deleted or called becomes a statement, which `statements.py` sends.
"""

from collections.abc import Callable, Generator
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple, Never, Self
from weakref import ref

from justui import codec, wire
from justui.answers import VALUE, Answers, Call, Lent
from justui.errors import UsageError
from justui.hints import Site, caller
from justui.operators import Operators
from justui.statements import Statement, Statements, desk_of, functions_of, next_number, put
from justui.targets import Room, Speaker, Target, Targets

if TYPE_CHECKING:
    from justui.tab import Tab

_recipients: "ContextVar[Target | None]" = ContextVar("justui_recipients", default=None)
"""For whom a value is being packed."""


class Path(NamedTuple):
    """What an expression is: a root (0: the window, or the number of a statement, or `["f", number]`) and steps from there.

    `held` keeps what the root stands for; `site` is where the program began the path.
    """

    target: Target
    root: Any = 0
    steps: tuple[Any, ...] = ()
    held: Call | Lent | None = None
    site: Site | None = None


class Expression(Operators):
    """Something in the browser: a property, an item, the result of a call.

    `await` gives its value: `await tab.js.document.title`. Assigning and deleting attributes and items, and calls, happen in the
    browser, in their order; `.new(…)` makes an object of a class. In a worker thread its value is there where it is used, and a
    call gives its value, so that `await` is not needed. Names are the browser's, but for `eval` and `_path_`.
    """

    __slots__ = ("__weakref__", "_path_")

    _path_: Path

    def __init__(self, path: Path) -> None:
        object.__setattr__(self, "_path_", path)

    # Steps

    def __getattr__(self, name: str) -> "Expression":
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return extended(self, _checked_name(name))

    def __getitem__(self, key: Any) -> "Expression":
        return extended(self, ["g", _checked_key(key)])

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Call it in the browser; of `tab.js` itself: the same with other options, such as `timeout=`."""
        path = self._path_
        if path.root == 0 and not path.steps:
            if arguments:
                raise UsageError(f"{path.target.name}(…) takes options, no code. For code: tab.run_javascript(…).")
            return Expression(path._replace(target=path.target.with_options(options)))
        if options:
            raise TypeError("functions of JavaScript take no keyword arguments; pass a dict as the last argument")
        if path.steps[-1:] == ("new",):
            return called(Expression(path._replace(steps=path.steps[:-1])), ["n", list(arguments)])
        return called(self, ["c", list(arguments)])

    # Statements

    def __setattr__(self, name: str, value: Any) -> None:
        said(self, ["s", _checked_name(name), value])

    def __setitem__(self, key: Any, value: Any) -> None:
        said(self, ["s", _checked_key(key), value])

    def __delattr__(self, name: str) -> None:
        said(self, ["d", _checked_name(name)])

    def __delitem__(self, key: Any) -> None:
        said(self, ["d", _checked_key(key)])

    def __iadd__(self, other: Any) -> Any:
        if self._path_.target.blocks:
            return self._now_() + other
        return extended(self, ["+", other])

    # Values

    def __await__(self) -> Generator[Any, None, Any]:
        return _value(self, self._path_.target.timeout, caller()).__await__()

    def eval(self, timeout: float | None = None) -> Any:
        """The value as it is now, in a worker thread. `timeout` is in seconds.

        Raises `RemoteError` with the browser's words, `RemoteTimeout`, `Gone`, and `UsageError` in the loop, where it is awaited.
        """
        target = self._path_.target
        if isinstance(timeout, str):
            raise UsageError(f"{self!r}.eval(…) takes seconds, no code. For code: tab.run_javascript(…).")
        if not target.blocks:
            raise UsageError(f"Here the browser cannot be waited for. Write: await {self!r}")
        return _value_here(self, target.timeout if timeout is None else timeout)

    def _now_(self) -> Any:
        return self.eval()

    def __contains__(self, key: Any) -> bool:
        if not self._path_.target.blocks:
            raise UsageError(f"Here the browser cannot be waited for. Write: {key!r} in await {self!r}")
        return bool(_value_here(extended(self, ["h", key]), self._path_.target.timeout))

    def __len__(self) -> int:
        value = self.eval()
        return int(value.length) if isinstance(value, Expression) else len(value)

    def __wire__(self) -> list[Any]:
        """Root and steps, for the codec."""
        path = self._path_
        recipients = _recipients.get()
        if recipients is not None and not recipients.same(path.target):
            raise TypeError(f"{self!r} is in another browser. Await it, and pass its value.")
        if isinstance(path.held, Call):
            path.held.extended = True
        return [path.root, *path.steps]

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: Any) -> Self:
        return self

    def __reduce__(self) -> Never:
        raise TypeError(f"{self!r} is in a browser, and cannot be pickled")

    def __repr__(self) -> str:
        path = self._path_
        begin = path.target.name if path.root == 0 else f"<result in the browser of {path.target.name}>"
        return begin + "".join(map(_spelled, path.steps))


def _spelled(step: Any) -> str:
    match step:
        case str():
            return f".{step}"
        case ["g", key]:
            return f"[{key!r}]"
        case ["q", selector]:
            return f".document.querySelector({selector!r})"
        case ["#", name]:
            return f".document.getElementById({name!r})"
        case [operator, *_]:
            return f" {operator} …"
    return f"[{step!r}]"


def _checked_name(name: str) -> str:
    if name in wire.REFUSED_NAMES:
        raise AttributeError(f"{name!r} leads to the machinery of JavaScript: tab.js does not go there")
    return wire.clean(name)


def _checked_key(key: Any) -> Any:
    if isinstance(key, str):
        if key in wire.REFUSED_NAMES:
            raise KeyError(f"{key!r} leads to the machinery of JavaScript: tab.js does not go there")
        return wire.clean(key)
    if isinstance(key, Expression) or (isinstance(key, int) and not isinstance(key, bool)):
        return key
    raise TypeError(f"an item in the browser is named by a string or a whole number, got {key!r:.60}")


# What else speaks to the browser builds on these.


def extended(expression: Expression, *steps: Any) -> Expression:
    """The expression that goes on from another by some steps."""
    path = expression._path_
    return Expression(path._replace(steps=(*path.steps, *steps)))


def said(expression: Expression, step: Any) -> None:
    """A statement without a result: the path of an expression, and a last step."""
    path = expression._path_
    _send(path, step, None, None)


def called(expression: Expression, step: Any) -> Any:
    """A statement with a result: the path of an expression, and a last step. The value in a worker thread, else an expression."""
    path = expression._path_
    target = path.target
    site = caller()
    blocks = target.wait and target.blocks
    answers = Answers(_desks(path), site)
    answers.wanted = blocks
    call = Call(next_number(), answers, wait=target.wait)
    _send(path, step, answers, call)
    result = Expression(Path(target, call.number, (), call, site))
    if not blocks:
        return result
    answers.wait_here(target.timeout)
    return result if target.kept(answers) else target.outcome(answers, target.timeout)


def _desks(path: Path) -> tuple[Statements, ...]:
    """Those a statement is for: who had the one that it builds on, or all."""
    if isinstance(path.held, Call):
        return tuple(desk for desk in path.held.desks if not desk.tab.gone)
    return path.target.desks()


def _send(path: Path, step: Any, answers: Answers | None, call: Call | None) -> None:
    """Make a statement of a path and its last step, and let it be sent. Raises `TypeError` for values that cannot travel."""
    target = path.target
    if isinstance(path.held, Call):
        path.held.extended = True
    parts, blobs, functions = _packed(target, [path.root, *path.steps, *([] if step is None else [step])])
    desks = tuple(answers.missing) if answers is not None else _desks(path)
    if not desks:
        return
    number = next_number() if call is None else call.number
    site = caller() if answers is None else answers.site
    statement = Statement(number, parts, blobs, site, answers)
    if call is not None:
        statement.call = ref(call)
    desks = target.have_room(desks, statement)
    for desk in desks:
        for known, function in functions:
            functions_of(desk.tab).add(known, function)
    if desks:
        put(desks, statement)


def _packed(target: Target, steps: list[Any]) -> tuple[list[Any], list[bytes], list[tuple[int, Callable[..., Any]]]]:
    """Steps as they travel, with the bytes and functions in them."""
    token = _recipients.set(target)
    try:
        parts: list[Any] = []
        blobs: list[bytes] = []
        functions: list[tuple[int, Callable[..., Any]]] = []
        for step in steps:
            if not isinstance(step, list):
                parts.append(step)
                continue
            part = step[:1]
            for item in step[1:]:
                packed = codec.pack(item, functions=True)
                if packed.blobs and blobs:
                    raise TypeError("bytes stand in one step of an expression only; assign the first to a variable")
                part.append(packed.value)
                blobs += packed.blobs
                functions += packed.functions
            parts.append(part)
        return parts, blobs, functions
    finally:
        _recipients.reset(token)


# Waiting


def _asked(expression: Expression, site: Site | None) -> tuple[Answers, int]:
    """Who is asked for the value, and the number of the read; 0 where the answer of a call is the value."""
    path = expression._path_
    call = path.held
    if isinstance(call, Call) and not path.steps:
        call.answers.wanted = True
        if call.sent is None or call.sent & VALUE:
            return call.answers, 0
    answers = Answers(_desks(path), path.site if site is None else site)
    answers.wanted = True
    statement_number = next_number()
    _read(path, answers, statement_number)
    return answers, statement_number


def _read(path: Path, answers: Answers, number: int) -> None:
    parts, blobs, functions = _packed(path.target, [path.root, *path.steps])
    if functions:
        raise TypeError("a function is assigned, or passed to a call")
    desks = tuple(answers.missing)
    if not desks:
        return
    if isinstance(path.held, Call):
        path.held.extended = True
    statement = Statement(number, parts, blobs, answers.site, answers)
    desks = path.target.have_room(desks, statement)
    if desks:
        put(desks, statement)


async def _value(expression: Expression, timeout: float, site: Site | None) -> Any:
    path = expression._path_
    if not path.target.wait:
        return None
    answers, number = _asked(expression, site)
    try:
        await answers.wait(timeout)
    finally:
        _done(answers, number)
    return path.target.outcome(answers, timeout)


def _value_here(expression: Expression, timeout: float) -> Any:
    path = expression._path_
    answers, number = _asked(expression, caller())
    answers.wait_here(timeout)
    _done(answers, number)
    if path.target.kept(answers) and not path.steps and path.held is not None:
        return expression
    return path.target.outcome(answers, timeout)


def _done(answers: Answers, number: int) -> None:
    """Nobody waits any more for a read; an answer that is still missing is not expected."""
    if number:
        for desk in tuple(answers.missing):
            desk.dead.append((number, None, VALUE))


def of_tab(tab: "Tab") -> Expression:
    """What `tab.js` is."""
    return Expression(Path(Target(tab), site=caller()))


def of_tabs(name: str, owner: Room, app: Speaker | None = None) -> Expression:
    """What `page.js` and `app.js` are."""
    return Expression(Path(Targets(name, owner, app), site=caller()))


def remote_function(tab: "Tab", number: int) -> Expression:
    """A function of the browser's that a tab has passed to Python; the browser keeps it as long as Python does."""
    return Expression(Path(Target(tab), ["f", number], (), Lent(number, desk_of(tab))))
