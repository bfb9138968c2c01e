"""A browser for tests, without a browser: `Browser` speaks the real wire, in memory or over the network."""

from justui.testing.browser import Browser
from justui.testing.nodes import Element
from justui.testing.shared import Caret, SharedCopy
from justui.testing.tab import PageError, Tab
from justui.testing.transport import Closed, Response

__all__ = ["Browser", "Caret", "Closed", "Element", "PageError", "Response", "SharedCopy", "Tab"]
