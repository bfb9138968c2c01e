"""JustPy's components that are more than a tag: Hello, Icon, Space, tables and tabs that fill themselves, Markdown."""

from typing import Any, ClassVar, Final

from justui.components.icon import Icon as Drawing
from justui.justpy.dicts import Dict
from justui.justpy.elements import Div, Span, Table, Tbody, Td, Th, Thead, Tr

try:
    from markdown_it import MarkdownIt
except ImportError:  # pragma: no cover - an extra
    MarkdownIt = None  # type: ignore[assignment,misc]

__all__ = ["AutoTable", "HTMLEntity", "Hello", "Icon", "Markdown", "Space", "TabGroup"]

no_equations: Final = "Equations come with a later version of justui. Until then: MathML in inner_html=."


class Hello(Div):
    """A greeting that counts its clicks."""

    def __init__(self, *children: Any, **keywords: Any) -> None:
        self.counter = 1
        super().__init__(*children, **keywords)
        self.classes = self.classes or (
            "m-1 p-1 text-2xl text-center text-white bg-blue-500 hover:bg-blue-800 cursor-pointer"
        )
        self.text = "Hello! (click me)"
        if "click" not in self._functions:
            self.on("click", _greet)


def _greet(hello: Hello, msg: Any) -> None:
    hello.text = f"Hello! I was clicked {hello.counter} times"
    hello.counter += 1


class Icon(Div):
    """An icon of Font Awesome by its name: a drawing within the page, so that nothing has to be loaded."""

    tag = "i"

    def __init__(self, *children: Any, **keywords: Any) -> None:
        self.icon = "dog"
        super().__init__(*children, **keywords)

    @property
    def icon(self) -> str:
        """The icon's name."""
        return str(self.__dict__.get("_jp_icon", ""))

    @icon.setter
    def icon(self, name: str) -> None:
        self.__dict__["_jp_icon"] = name
        if self._children:
            drawing: Any = self._children[0]
            drawing.icon = name
        else:
            self.add(Drawing(name))


class Space(Span):
    """Some hard spaces: `num` of them."""

    num: Any = 1

    def __init__(self, *children: Any, **keywords: Any) -> None:
        super().__init__(*children, **keywords)
        self.text = "\N{NO-BREAK SPACE}" * int(self.num)


class HTMLEntity(Span):
    """An entity of HTML, such as `&copy;`."""

    def __init__(self, *children: Any, **keywords: Any) -> None:
        super().__init__(*children, **keywords)
        self.inner_html = self.entity

    entity: Any = ""


class Markdown(Div):
    """A text in Markdown. Wants the package `markdown-it-py`: `pip install "justui[markdown]"`. Raises `ImportError`."""

    extensions: Any = ()
    all_extensions: Any = True

    def __init__(self, *children: Any, **keywords: Any) -> None:
        if MarkdownIt is None:
            raise ImportError('Markdown wants the package markdown-it-py: pip install "justui[markdown]"')
        super().__init__(*children, **keywords)
        self.markdown = self.markdown  # by the extensions, which may stand behind the text
        self.classes = f"{self.classes} prose".strip()

    @property
    def markdown(self) -> str:
        """The text."""
        return str(self.__dict__.get("_jp_markdown", ""))

    @markdown.setter
    def markdown(self, text: str) -> None:
        self.__dict__["_jp_markdown"] = text
        breaks = bool(self.all_extensions) and not self.extensions  # one of all the extensions keeps line ends
        self.inner_html = MarkdownIt("commonmark", {"html": True, "breaks": breaks}).enable("table").render(text)


class AutoTable(Table):
    """A table of `values`: a list of lists, of which the first has the headings."""

    td_classes: ClassVar[Any] = "border px-4 py-2 text-center"
    tr_even_classes: ClassVar[Any] = "bg-gray-100"
    tr_odd_classes: ClassVar[Any] = ""
    th_classes: ClassVar[Any] = "px-4 py-2"
    values: Any = ()

    def __init__(self, *children: Any, **keywords: Any) -> None:
        self._filled: Any = None
        super().__init__(*children, **keywords)

    def react(self, data: Any) -> None:
        """Make the rows, when the values are others than before."""
        present = [list(row) for row in self.values]
        if not present or present == self._filled:
            return
        self._filled = present
        self.delete_components()
        if not self.classes:
            self.classes = "table-auto"
        head = Tr(a=Thead(a=self))
        for item in present[0]:
            Th(text=item, classes=self.th_classes, a=head)
        body = Tbody(a=self)
        for number, row in enumerate(present[1:], 1):
            line = Tr(classes=self.tr_odd_classes if number % 2 else self.tr_even_classes, a=body)
            for item in row:
                Td(text=item, classes=self.td_classes, a=line)


class TabGroup(Div):
    """One of several components: `tabs` are {value: {"tab": component, "order": number}}, `value` says which is shown."""

    def __init__(self, *children: Any, **keywords: Any) -> None:
        self.tabs: Any = Dict()
        self.value: Any = None
        self.previous_value: Any = None
        self.animation_next: Any = "slideInRight"
        self.animation_prev: Any = "slideInLeft"
        self.animation_speed: Any = "faster"
        super().__init__(*children, **keywords)

    def react(self, data: Any) -> None:
        """Show the tab of the present value."""
        if self.value not in self.tabs:
            self.delete_components()
            return
        tab = self.tabs[self.value]["tab"]
        if list(self.components) == [tab]:
            return
        wrapper = tab
        if self.previous_value in self.tabs and self.previous_value != self.value:
            onward = self.tabs[self.previous_value]["order"] < self.tabs[self.value]["order"]
            tab.animation = self.animation_next if onward else self.animation_prev
            tab.set_class(self.animation_speed)
        self.previous_value = self.value
        self.components = [wrapper]
