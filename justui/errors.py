"""The errors of justui, one tree. Each is also a kind of the standard library's, so that `except ValueError` works.

JustuiError
├── ConfigError (ValueError)      a setting that does not exist or has the wrong type
├── HandlerError (TypeError)      a handler, page function or startup that cannot be called
├── TreeError (ValueError)        an edit that would break the tree
├── SessionError (TypeError)      a value that a session cannot keep
├── StateError (TypeError)        a State where a value is meant, or the other way round; a circle of changes
├── UsageError (RuntimeError)     a call at the wrong time or place
├── Refused (ConnectionError)     the server will not take this: a bound is reached
│   └── QueueFull (queue.Full)    a queue has as many items as it takes
├── TopicError (ValueError)       the name of a topic or queue that cannot be, or one used for what it is not
├── WireError (ValueError)        a frame that breaks the contract
├── AssetError (OSError)          a file of a third party that cannot be had
├── SheetError (ValueError)       CSS that Tailwind refuses
├── TemplateError (LookupError)   a template that is not there
├── Gone (ConnectionError)        the tab is no longer there
├── RemoteError (RuntimeError)    the browser answered with an error
│   └── RemoteKeyError (KeyError)  it has no item of this key
└── RemoteTimeout (TimeoutError)  the browser did not answer in time
"""

import queue


class JustuiError(Exception):
    """Anything that justui itself raises."""


class ConfigError(JustuiError, ValueError):
    """A setting that does not exist or has the wrong type; the message names it."""


class HandlerError(JustuiError, TypeError):
    """Something that cannot be used as a handler, page function or startup; the message says what to write instead."""


class TreeError(JustuiError, ValueError):
    """An edit that would break the tree: a cycle, a page inside a component, one component twice under one parent."""


class SessionError(JustuiError, TypeError):
    """A value that a session cannot keep; the message names its key and what to write instead."""


class StateError(JustuiError, TypeError):
    """A State where a value is meant, or a value where a State is; or changes that make each other without an end."""


class UsageError(JustuiError, RuntimeError):
    """A call at the wrong time or in the wrong place."""


class Refused(JustuiError, ConnectionError):
    """A bound is reached; the message names the bound."""


class QueueFull(Refused, queue.Full):
    """A queue has as many items as it takes; the message names queue and limit."""


class TopicError(JustuiError, ValueError):
    """The name of a topic or queue that cannot be, or a use that it is not made for; the message says what to write."""


class WireError(JustuiError, ValueError):
    """A frame that breaks the contract of `docs/wire.md`."""


class AssetError(JustuiError, OSError):
    """A file of a third party cannot be had, or is not pinned; the message names it, each source and the next step."""


class SheetError(JustuiError, ValueError):
    """CSS of the program that Tailwind refuses; the message is Tailwind's."""


class TemplateError(JustuiError, LookupError):
    """A template that is not there; the message names it and the folder that was searched."""


class Gone(JustuiError, ConnectionError):
    """The tab that was to answer is no longer there."""


class RemoteError(JustuiError, RuntimeError):
    """The browser answered with an error; the message is the browser's."""


class RemoteKeyError(RemoteError, KeyError):
    """An object of the browser's has no item of this key."""

    __str__ = BaseException.__str__


class RemoteTimeout(JustuiError, TimeoutError):
    """The browser did not answer in time."""
