"""The names that an App exposes: what may be declared, what the lists let through, and what nobody ever reaches."""

import functools
import math
from collections.abc import Callable
from typing import Any

import pytest

import justui as ui
from justui.entries import Refusal
from justui.errors import ConfigError, HandlerError
from justui.exposed import Exposed


class Motor:
    speed = 3
    _secret = 7

    def __init__(self) -> None:
        self.gear = Gear()

    def start(self, speed: int = 1) -> int:
        """Start to turn."""
        self.speed = speed
        return speed


class Gear:
    def __init__(self) -> None:
        self.teeth = 12
        self.oil = Oil()


class Oil:
    level = 0.5


class Sampler:
    """Measures."""

    note = "none"

    def __init__(self) -> None:
        self.rate = 5
        self.motor = Motor()
        self.shown = ui.State(1)
        self.nothing: Any = None
        self._hidden = "hidden"

    @property
    def double(self) -> int:
        return self.rate * 2

    @property
    def broken(self) -> int:
        return self.nothing.rate  # type: ignore[no-any-return]

    @ui.restricted
    def explode(self) -> str:
        return "boom"

    @property
    @ui.restricted
    def code(self) -> int:
        return 42

    @staticmethod
    def helper(value: int) -> int:
        return value

    @classmethod
    def made(cls) -> str:
        return cls.__name__

    def start(self, rate: int) -> int:
        """Begin to measure."""
        self.rate = rate
        return rate

    def _internal(self) -> str:
        return "internal"


def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(Refusal) as caught:
        call()
    return f"{caught.value.kind}: {caught.value}"


def path(text: str) -> tuple[str, ...]:
    return tuple(text.split(".")) if text else ()


# Declaring


@pytest.mark.covers("JM-05", "JM-22")
def test_every_spelling_of_functions() -> None:
    app = ui.App()

    @app.expose
    def first() -> None: ...

    @app.expose()
    def second() -> None: ...

    @app.expose("py_third", lock=True)
    def third() -> None: ...

    app.expose(add, "py_add2")
    app.expose(lambda: 1, name="one")
    app.expose([].append, "note")
    app.expose(functools.partial(add, 1), "add_one")
    app.expose(math.sqrt)
    assert list(app.exposed) == ["first", "second", "py_third", "py_add2", "one", "note", "add_one", "sqrt"]
    assert app.exposed.names == list(app.exposed)
    assert len(app.exposed) == 8
    assert "py_third" in app.exposed
    assert "third" not in app.exposed
    assert add(1, 2) == 3
    assert third.__name__ == "third"
    assert repr(app.exposed).startswith("<Exposed first, second")


@pytest.mark.covers("WO-01")
def test_every_spelling_of_objects() -> None:
    app = ui.App()
    sampler = app.expose(Sampler(), "sampler", call=["start"], get=["rate"], set=["rate"], delete=["note"])
    assert isinstance(sampler, Sampler)
    app.expose(Sampler(), "shown", read_only=True)
    app.expose(ui.State(0), "count", get=True, set=True)
    app.expose(math, "math", call=["sqrt"])

    @app.expose(per="session", call=["start"])
    class Counter(Sampler):
        pass

    app.expose(Counter, "own", per="tab", call=["start"])
    assert list(app.exposed) == ["sampler", "shown", "count", "math", "Counter", "own"]


@pytest.mark.parametrize(
    ("declare", "words"),
    [
        (lambda app: app.expose(add, "_add"), "begins with _"),
        (lambda app: app.expose(add, "a.b"), "has a dot"),
        (lambda app: app.expose(add, ""), "a string"),
        (lambda app: app.expose(add, "a" * 101), "at most 100"),
        (lambda app: app.expose(add, "topic"), "server.topic means something else"),
        (lambda app: app.expose(add, "then"), "server.then means something else"),
        (lambda app: app.expose(add, "constructor"), "server.constructor means"),
        (lambda app: app.expose(add, "taken"), "'taken' is exposed already. Take another name, or write replace=True."),
        (lambda app: app.expose(lambda: 1), "a lambda has no name"),
    ],
)
def test_names_that_cannot_be(declare: Callable[[ui.App], Any], words: str) -> None:
    app = ui.App()
    app.expose(add, "taken")
    with pytest.raises(ConfigError) as caught:
        declare(app)
    assert words in str(caught.value)
    assert list(app.exposed) == ["taken"]


@pytest.mark.parametrize(
    ("declare", "words"),
    [
        (lambda app: app.expose(Sampler(), "s"), 'Say what: call=["helper"], get=["broken"], set=[…]'),
        (lambda app: app.expose(Sampler()), 'Write app.expose(sampler, "sampler", …)'),
        (lambda app: app.expose(Sampler(), "s", call="start"), 'Write call=["start"].'),
        (lambda app: app.expose(Sampler(), "s", call=["strat"]), "a Sampler has no 'strat'. Did you mean start?"),
        (lambda app: app.expose(Sampler(), "s", get=["_hidden"]), "'_hidden' begins with _"),
        (lambda app: app.expose(Sampler(), "s", get=["motor._secret"]), "'motor._secret' begins with _"),
        (lambda app: app.expose(Sampler(), "s", get=["__class__"]), "begins with _"),
        (lambda app: app.expose(Sampler(), "s", get=["a b"]), "wants names of attributes"),
        (lambda app: app.expose(Sampler(), "s", get=["then"]), "'then' means something else in JavaScript"),
        (lambda app: app.expose(Sampler(), "s", get=["a.b.c.d.e"]), "write depth=5"),
        (lambda app: app.expose(Sampler(), "s", get=True, depth=0), "from 1 on, got 0"),
        (lambda app: app.expose(Sampler(), "s", read_only=True, set=["rate"]), "cannot be read_only and have set="),
        (lambda app: app.expose(add, get=["x"]), "are for the attributes of objects"),
        (lambda app: app.expose(Sampler, call=["start"]), 'is a class. Write per="session" or per="tab"'),
        (lambda app: app.expose(Sampler(), "s", per="tab", call=["start"]), 'per="tab" is for classes'),
        (lambda app: app.expose(Sampler, per="person", call=["start"]), '"session" or "tab", got \'person\''),
        (lambda app: app.expose(ui.State(0), "n"), "a state can be read and set. Write get=True"),
        (lambda app: app.expose(ui.State(0), "n", get=["value"]), "write True, not a list"),
        (lambda app: app.expose({"a": 1}, "d", get=["a"]), "a dict cannot be exposed"),
        (lambda app: app.expose(math, "math", call=True), "of a module, list the names"),
        (lambda app: app.expose(Sampler().explode), "marked as restricted"),
        (lambda app: app.expose(add, allow="me"), "True, False or a function of who"),
        (lambda app: app.expose(add, allow=lambda a, b, c: True), "takes nothing, (who)"),
        (lambda app: app.expose(ui.in_thread, thread=True), "is async, so it needs no thread"),
        (lambda app: ui.restricted(property(repr)), "write it below @property, next to def"),
        (lambda app: app.on_call(lambda a, b, c, d, e: None), "on_call takes up to (who, kind, name, arguments)"),
        (lambda app: app.on_call(5), "on_call got 5, not a function"),
    ],
)
def test_mistakes_that_say_what_to_write(declare: Callable[[ui.App], Any], words: str) -> None:
    app = ui.App()
    with pytest.raises(HandlerError) as caught:
        declare(app)
    assert words in str(caught.value)
    assert len(app.exposed) == 0


@pytest.mark.covers("JM-22")
def test_the_registry() -> None:
    exposed = Exposed()
    entry = exposed.add("add", add)
    exposed.add("sampler", Sampler(), call=["start"])
    with pytest.raises(ConfigError):
        exposed.add("add", add)
    assert exposed.add("add", add, replace=True) is not entry
    assert not exposed.is_running("add")
    with pytest.raises(KeyError, match=r"'ad' is not exposed\. Did you mean add"):
        exposed.is_running("ad")
    exposed.find("add").running = 1
    assert exposed.is_running("add")
    assert exposed.remove("add") is False
    assert exposed.clear() is False
    assert "add" in exposed
    exposed.find("add").running = 0
    assert exposed.remove("add") is True
    with pytest.raises(KeyError):
        exposed.remove("add")
    assert exposed.clear() is True
    assert list(exposed) == []


# What the lists let through


@pytest.mark.covers("WO-03", "WO-04", "WO-05")
def test_lists_for_each_use() -> None:
    root = Sampler()
    lists = {"call": ["start"], "get": ["rate", "note", "double"], "set": ["rate", "note"], "delete": ["note"]}
    entry = Exposed().add("sampler", root, **lists)  # type: ignore[arg-type]
    assert entry.find_call(root, ("start",))(7) == 7
    assert entry.read(root, ("rate",)) == 7
    assert entry.read(root, ("double",)) == 14
    entry.write(root, ("note",), "mine")
    assert entry.read(root, ("note",)) == "mine"
    entry.remove(root, ("note",))
    assert entry.read(root, ("note",)) == "none"  # the class's
    assert refused(lambda: entry.remove(root, ("note",))) == "NameError: there is no 'sampler.note'"
    for step in ("nope", "motor", "helper", "nothing"):
        for use in (entry.find_call, entry.read, entry.remove):
            assert refused(functools.partial(use, root, (step,))) == f"NameError: there is no 'sampler.{step}'"
        assert refused(lambda step=step: entry.write(root, (step,), 1)).startswith("NameError")  # type: ignore[misc]
    assert refused(lambda: entry.write(root, ("double",), 1)) == "NameError: there is no 'sampler.double'"
    assert refused(lambda: entry.remove(root, ("rate",))) == "NameError: there is no 'sampler.rate'"


def test_a_listed_attribute_that_is_not_there() -> None:
    root = Sampler()
    entry = Exposed().add(
        "s", root, get=["later", "broken", "rate.real"], call=["rate"], set=["later"], delete=["later"]
    )
    assert refused(lambda: entry.read(root, ("later",))) == "NameError: there is no 's.later'"
    assert refused(lambda: entry.remove(root, ("later",))) == "NameError: there is no 's.later'"
    entry.write(root, ("later",), 5)
    assert entry.read(root, ("later",)) == 5
    entry.remove(root, ("later",))
    assert refused(lambda: entry.find_call(root, ("rate",))) == "TypeError: 's.rate' is no function: it is an int"
    with pytest.raises(AttributeError, match="'NoneType' object has no attribute 'rate'"):
        entry.read(root, ("broken",))  # its own mistake, not a missing name
    assert refused(lambda: entry.read(root, ("rate", "real"))) == "NameError: there is no 's.rate.real'"


@pytest.mark.covers("WO-08")
def test_attributes_of_attributes_to_a_depth() -> None:
    root = Sampler()
    entry = Exposed().add("s", root, call=["motor.start"], get=["motor.speed", "motor.gear.oil.level"])
    assert entry.find_call(root, path("motor.start"))(9) == 9
    assert entry.read(root, path("motor.speed")) == 9
    assert entry.read(root, path("motor.gear.oil.level")) == 0.5
    assert refused(lambda: entry.read(root, path("motor.gear.oil.level.real"))).startswith("NameError")
    assert refused(lambda: entry.read(root, path("motor.gear.teeth"))).startswith("NameError")
    everything = Exposed().add("s", root, get=True, depth=4)
    assert everything.read(root, path("motor.gear.oil.level")) == 0.5
    assert refused(lambda: everything.read(root, path("motor.gear.oil.level.real"))).startswith("NameError")
    shallow = Exposed().add("s", root, get=True)
    assert shallow.read(root, path("rate")) == 5
    assert refused(lambda: shallow.read(root, path("motor.speed"))).startswith("NameError")


def test_true_is_every_public_attribute_of_its_kind() -> None:
    root = Sampler()
    entry = Exposed().add("s", root, call=True, get=True, set=True, delete=True)
    for step in ("start", "helper", "made"):
        assert callable(entry.find_call(root, (step,)))
        assert refused(lambda step=step: entry.write(root, (step,), 5)).startswith("NameError")  # type: ignore[misc]
    assert refused(lambda: entry.find_call(root, ("rate",))).startswith("NameError")
    assert refused(lambda: entry.write(root, ("new",), 5)).startswith("NameError")
    entry.write(root, ("nothing",), 5)
    assert root.nothing == 5
    for step in ("_hidden", "_internal", "__class__", "__dict__", "__init__", "__module__"):
        for use in (entry.find_call, entry.read, entry.remove):
            assert refused(functools.partial(use, root, (step,))) == f"NameError: there is no 's.{step}'"
        assert refused(lambda step=step: entry.write(root, (step,), 1)).startswith("NameError")  # type: ignore[misc]
    assert set(entry.describe(root)["get"]) >= {"rate", "motor", "double", "nothing", "shown"}
    assert entry.describe(root)["call"] == ["helper", "made", "start"]


def test_states_are_their_values() -> None:
    root = Sampler()
    entry = Exposed().add("s", root, get=["shown", "doubled"], set=["shown", "doubled"])
    root.doubled = root.shown.map(lambda n: n * 2)  # type: ignore[attr-defined]
    state = root.shown
    entry.write(root, ("shown",), 4)
    assert entry.read(root, ("shown",)) == 4
    assert entry.read(root, ("doubled",)) == 8
    assert root.shown is state
    assert refused(lambda: entry.write(root, ("doubled",), 1)).startswith("AttributeError: 's.doubled' follows")
    one = Exposed().add("count", state, get=True, set=True)
    one.write(state, (), 6)
    assert one.read(state, ()) == state.value == 6
    assert refused(lambda: one.read(state, ("value",))) == "NameError: there is no 'count.value'"
    assert refused(lambda: one.find_call(state, ("set",))).startswith("NameError")
    silent = Exposed().add("count", state, set=True)
    assert silent.read(state, ()) == {"kind": "value", "get": False, "set": True}


@pytest.mark.covers("WO-09", "WO-11")
def test_marks_close_what_the_lists_open() -> None:
    class Old:
        interface_access_restricted = True
        value = 1

    class Bomb:
        timer = 3

        def light(self) -> None: ...

        light.interface_access_restricted = True  # type: ignore[attr-defined]

    @ui.restricted
    class Vault:
        gold = 5

    root = Sampler()
    root.bomb, root.old, root.vault = Bomb(), Old(), Vault()  # type: ignore[attr-defined]
    before = set(vars(root))
    names = Exposed(["interface_access_restricted"])
    entry = names.add("s", root, call=["explode", "bomb.light"], get=["code", "old", "old.value", "vault.gold"])
    open_one = Exposed().add("s", root, call=["bomb.light"], get=["old.value"])
    for text, use in (
        ("explode", entry.find_call),
        ("bomb.light", entry.find_call),
        ("code", entry.read),
        ("old", entry.read),
    ):
        assert refused(functools.partial(use, root, path(text))) == f"PermissionError: 's.{text}' is restricted"
    assert refused(lambda: entry.read(root, path("vault.gold"))) == "PermissionError: 's.vault' is restricted"
    assert refused(lambda: entry.read(root, path("old.value"))) == "PermissionError: 's.old' is restricted"
    assert "explode" not in entry.describe(root)["call"]
    assert "code" not in entry.describe(root)["get"]
    # Another object is open by settings of its own, and nothing was put into any.
    assert open_one.find_call(root, path("bomb.light"))() is None
    assert open_one.read(root, path("old.value")) == 1
    assert set(vars(root)) == before


# What nobody reaches


FORGED = [
    "__globals__",
    "__class__",
    "__dict__",
    "__init__.__globals__",
    "__func__",
    "__self__",
    "start.__func__",
    "start.__globals__",
    "start.__self__",
    "start.__call__",
    "helper.__globals__",
    "made.__func__",
    "_hidden",
    "_internal",
    "motor._secret",
    "motor.__class__.__mro__",
    "note.format",
    "note.upper",
    "rate.real",
    "shown.set",
    "shown.value",
    "shown._followers",
    "module.sqrt",
    "module.__dict__",
    "function.cache",
    "Inner",
    "Inner.value",
    "mro",
    "start.start",
    "",
    ".",
    "rate.",
    " rate",
    "rate\u0000",
    "ｒａｔｅ",
    "x" * 5000,
]


@pytest.mark.covers("WO-07", "JY-04")
@pytest.mark.parametrize("forged", FORGED, ids=lambda text: repr(text)[:30])
def test_no_forged_path_leads_to_the_machinery(forged: str) -> None:
    class Rich(Sampler):
        module = math
        function = staticmethod(add)

        class Inner:
            value = 5

    root = Rich()
    entry = Exposed().add("s", root, call=True, get=True, set=True, delete=True, depth=10)
    steps = tuple(forged.split("."))
    before = dict(vars(root))
    for use in (entry.find_call, entry.remove, entry.read):
        said = refused(functools.partial(use, root, steps))
        assert said.startswith("NameError: there is no ")
        assert len(said) < 200
    assert refused(lambda: entry.write(root, steps, 5)).startswith("NameError")
    assert dict(vars(root)) == before
    function = Exposed().add("add", add)
    assert refused(lambda: function.find_call(add, steps)).startswith("NameError")
    assert refused(lambda: function.read(add, steps)).startswith("NameError")
    assert refused(lambda: function.write(add, steps, 1)).startswith("NameError")


# Introspection


@pytest.mark.covers("WO-10")
def test_introspection_tells_names_and_no_source_unless_asked() -> None:
    root = Sampler()
    quiet = Exposed().add(
        "s", root, call=["start", "motor.start", "explode"], get=["rate", "motor.speed"], set=["rate"]
    )
    assert quiet.read(root, ()) == {
        "kind": "object",
        "call": ["motor.start", "start"],
        "get": ["motor.speed", "rate"],
        "set": ["rate"],
        "delete": [],
    }
    assert quiet.read(root, ("motor",)) == {
        "kind": "object",
        "call": ["start"],
        "get": ["speed"],
        "set": [],
        "delete": [],
    }
    assert quiet.read(root, ("start",)) == {"kind": "function", "name": "start"}
    told = Exposed().add("s", root, call=["start"], source=True).read(root, ())
    assert told["doc"] == "Measures."
    assert told["functions"]["start"] == {
        "kind": "function",
        "name": "start",
        "signature": "(rate: int) -> int",
        "doc": "Begin to measure.",
    }
    assert Exposed().add("add", add).read(add, ()) == {"kind": "function", "name": "add"}
    assert Exposed().add("add", add, source=True).read(add, ())["signature"] == "(a: int, b: int) -> int"


def test_what_a_page_misses_is_a_hint_for_the_programmer() -> None:
    exposed = Exposed()
    exposed.add("lamp", Lamp(), call=["toggle"], get=["on"])
    exposed.add("add", add)
    hints = {
        ("call", "lmp"): "nothing is exposed as 'lmp'. Did you mean lamp?",
        ("call", "lamp.on"): 'which is open for get. call=["on"] of app.expose would open it.',
        ("set", "lamp.onn"): 'which is open for nothing. set=["onn"] of app.expose would open it. Did you mean on?',
        ("get", "lamp.on"): "which is open, but is not there.",
        ("get", "lamp._on"): "which begins with _, so it stays Python's own.",
        ("call", "lamp"): "of which only attributes can be used that app.expose lists.",
        ("get", "add.x"): "'add' is a function, which can be called.",
    }
    for (kind, path), words in hints.items():
        said = exposed.hint(kind, tuple(path.split(".")))
        assert said.startswith(f"A page wanted to {kind} '{path}'")
        assert said.endswith(words)


def test_a_misspelt_option_says_what_was_meant() -> None:
    with pytest.raises(TypeError, match=r"expose has no option 'alow'. Did you mean allow\?"):
        ui.App().expose(add, "add", alow=True)  # type: ignore[call-overload]
    with pytest.raises(HandlerError, match=r"an int cannot be exposed\. Put it into an object"):
        ui.App().expose(3, "three")


class Lamp:
    on = False

    def toggle(self) -> None:
        self.on = not self.on
