"""`Example`: one function of `demos.elements`, live, with its body as the code beside it."""

import ast
import inspect
import textwrap
from collections.abc import Callable
from types import ModuleType

import justui as ui
from demos.source import highlighted


class Example:
    """A live example: what it is called, what it says about itself, and its code, one component for all tabs."""

    def __init__(self, function: Callable[[], None]) -> None:
        self.make = function
        self.title = function.__name__.replace("_", " ").capitalize()
        self.line = (function.__doc__ or "").partition("\n")[0]
        self.text = body_of(function)
        self.code = ui.Pre(
            ui.Code(*highlighted(self.text), classes="bg-transparent p-0"),
            tabindex=0,
            aria_label=f"Code of {self.title}",
            classes="m-0 h-full min-w-0 rounded-none border-t border-(--line) bg-(--fill)/60 p-5 text-xs leading-relaxed "
            "md:border-t-0 md:border-l",
        )

    def matches(self, query: str) -> bool:
        """Whether somebody who searches for `query` may mean this one."""
        text = f"{self.title} {self.line} {self.text}".lower()
        return all(word in text for word in query.lower().split())

    def show(self, query: ui.State[str]) -> ui.Article:
        """The example and its code, side by side; gone while the search means others."""
        with ui.Article(
            show=query.map(self.matches),
            classes="grid overflow-hidden rounded-xl border border-(--line) bg-(--surface) shadow-xs md:grid-cols-2",
        ) as article:
            with ui.Div(classes="min-w-0 space-y-4 p-5"):
                with ui.Header(classes="mb-5"):
                    ui.H3(self.title, classes="m-0 text-base")
                    ui.P(self.line, classes="m-0 text-sm text-(--muted)")
                self.make()
            ui.Div(self.code, classes="min-w-0")
        return article


def examples_of(module: ModuleType) -> list[Example]:
    """The examples of a module, in the order in which they stand there."""
    functions = [value for value in vars(module).values() if inspect.isfunction(value)]
    return [Example(function) for function in functions if function.__module__ == module.__name__]


def body_of(function: Callable[[], None]) -> str:
    """What a function does, without its head and its docstring."""
    source = textwrap.dedent(inspect.getsource(function))
    definition = ast.parse(source).body[0]
    assert isinstance(definition, ast.FunctionDef)
    begin = definition.body[1].lineno - 1
    lines = source.splitlines(keepends=True)
    return textwrap.dedent("".join(lines[begin:])).replace("  # fmt: skip", "")
