"""Names that stand in modules which most programs do not need: each module is read when somebody first uses a name of it.

For the `__getattr__` of a package. Type checkers read the ordinary imports beside it, under `TYPE_CHECKING`.
"""

import importlib
from collections.abc import Mapping
from typing import Any


def find(name: str, places: Mapping[str, str], namespace: dict[str, Any]) -> Any:
    """What is called `name` in the module that `places` has for it; from now on it stands in `namespace`, too.

    Raises `AttributeError` for a name that `places` does not have.
    """
    if name not in places:
        raise AttributeError(f"module {namespace['__name__']!r} has no attribute {name!r}")
    value = namespace[name] = getattr(importlib.import_module(places[name]), name)
    return value
