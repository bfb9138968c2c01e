"""Tailwind's own compiler in an embedded JavaScript engine. Knows CSS text and class names; no pages, no threads.

The engine is bound to the thread that makes it. It gives up after so much time and memory, for class names may be hostile.
"""

import functools
import importlib
import importlib.util
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from justui.errors import SheetError

_SECONDS: Final = 5
_MEMORY: Final = 256 * 1024 * 1024
STACK: Final = 16 * 1024 * 1024
"""Bytes of stack that the engine's thread wants."""
FILES: Final = ("dist/lib.js", "theme.css", "preflight.css")
"""What is needed of the npm package `tailwindcss`."""

_PROGRAM: Final = """
var made = {}, order = [], failure = null;
function begin(css, known) {
  failure = null;
  const options = {
    polyfills: 0,
    loadStylesheet: async (id) => {
      if (/^tailwindcss(\\/|$)/.test(id)) return { path: id, base: "/", content: "" };
      throw new Error(`@import "${id}" cannot be followed here: put the rules into the text itself, or link the sheet.`);
    },
    loadModule: async (id, base, kind) => {
      throw new Error(`@${kind} "${id}" needs Node, and there is none here: write @theme, @utility and @custom-variant.`);
    },
  };
  (async () => {
    const designSystem = await module.exports.__unstable__loadDesignSystem(css, options);
    const sheet = await module.exports.compile(css, options);
    made = { designSystem, sheet };
    order = known;
  })().catch((error) => { failure = String(error.message || error); });
}
function first() {
  const { designSystem, sheet } = made;
  const names = [], fixed = [];
  for (const [name] of designSystem.theme.entries()) {
    const full = designSystem.theme.prefix ? `--${designSystem.theme.prefix}-${name.slice(2)}` : name;
    names.push(full);
    if (designSystem.theme.getOptions(name) & 8) fixed.push(full);
  }
  const moving = designSystem.theme.getKeyframes().map((rule) => rule.params);
  return { css: sheet.build(names), fixed, moving };
}
function before(one, other) {
  const [[, a], [, b]] = made.designSystem.getClassOrder([one, other]);
  return a < b;
}
function extend(names) {
  return names.map((name) => {
    let css = null;
    try { [css] = made.designSystem.candidatesToCss([name]); } catch { return null; }
    if (!css) return null;
    let low = 0, high = order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (before(name, order[middle])) high = middle;
      else low = middle + 1;
    }
    order.splice(low, 0, name);
    return [css, low];
  });
}
function answer(call) {
  try { return JSON.stringify({ value: call() ?? null }); }
  catch (error) { return JSON.stringify({ error: String(error.message || error) }); }
}
"""


@functools.cache
def is_there() -> bool:
    """Whether the JavaScript engine is installed."""
    return importlib.util.find_spec("quickjs") is not None


class Engine:
    """Tailwind for one dialect: `css`, and the class names known already, in their order.

    Raises `SheetError` for CSS that Tailwind refuses.
    """

    def __init__(self, files: Mapping[str, bytes], css: str, known: Sequence[str] = ()) -> None:
        context = importlib.import_module("quickjs").Context()
        context.set_memory_limit(_MEMORY)
        context.set_max_stack_size(STACK // 2)
        context.set_time_limit(_SECONDS)
        self._context = context
        self.seen = len(known)
        """How many names it has worked on: its own caches grow with them."""
        library = files["dist/lib.js"].decode()
        context.eval(
            f"var module = {{exports: {{}}}}; (function (module, exports) {{{library}\n}})(module, module.exports)"
        )
        context.eval(_PROGRAM)
        self._call("begin", css, list(known))
        try:
            while context.execute_pending_job():
                pass
        except Exception as error:  # noqa: BLE001 - as in `_call`
            raise SheetError(f"Tailwind gave up: {error}") from None
        if failure := context.eval("failure"):
            raise SheetError(str(failure))

    def _call(self, name: str, *arguments: object) -> Any:
        """Call a function of the program, with JSON both ways."""
        self._context.set_time_limit(_SECONDS)
        given = ", ".join(json.dumps(argument) for argument in arguments)
        try:
            answer = json.loads(self._context.eval(f"answer(() => {name}({given}))"))
        except Exception as error:  # noqa: BLE001 - the engine's own kinds: out of time, of memory, of stack
            raise SheetError(f"Tailwind gave up: {error}") from None
        if "error" in answer:
            raise SheetError(answer["error"])
        return answer["value"]

    def first(self) -> dict[str, Any]:
        """All that is there without any class: `css`, the theme's `fixed` variables, and its `moving` keyframes' names."""
        result: dict[str, Any] = self._call("first")
        return result

    def extend(self, names: Sequence[str]) -> list[tuple[str, int] | None]:
        """The CSS of each name and its place among those known by then; None for one that is no utility.

        Raises `SheetError` where a name takes too long; this engine is not to be used any more then.
        """
        self.seen += len(names)
        return [one and (one[0], one[1]) for one in self._call("extend", names)]
