"""`Dict`: a dict whose items are attributes, too, and whose missing items are empty Dicts. Messages and options are such."""

from typing import Any, Self


class Dict(dict[Any, Any]):
    """A dict with attribute access; a missing key gives an empty Dict, which is false and joins its parent when it is filled.

    Dicts and lists within what it is made of become Dicts too.
    """

    def __init__(self, *arguments: Any, **items: Any) -> None:
        super().__init__()
        object.__setattr__(self, "_parent", None)
        self.update(*arguments, **items)

    def update(self, *arguments: Any, **items: Any) -> None:
        """Take items as `dict.update` does, but that dicts are merged into Dicts that are there."""
        for name, value in dict(*arguments, **items).items():
            present = dict.get(self, name)
            if isinstance(present, Dict) and isinstance(value, dict):
                present.update(value)
            else:
                self[name] = value

    def __setitem__(self, name: Any, value: Any) -> None:
        super().__setitem__(name, _hooked(value))
        parent = self.__dict__.pop("_parent", None)
        if parent is not None:
            parent[0][parent[1]] = self

    def __missing__(self, name: Any) -> "Dict":
        child = type(self)()
        object.__setattr__(child, "_parent", (self, name))
        return child

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __delattr__(self, name: str) -> None:
        try:
            del self[name]
        except KeyError:
            raise AttributeError(name) from None

    def to_dict(self) -> dict[Any, Any]:
        """The same as plain dicts and lists."""
        return {name: _plain(value) for name, value in self.items()}

    def copy(self) -> Self:
        """A copy of the outermost Dict."""
        return type(self)(dict(self))

    def __deepcopy__(self, memo: Any) -> Self:
        return type(self)(self.to_dict())

    def __reduce__(self) -> Any:
        return type(self), (self.to_dict(),)


def _hooked(value: Any) -> Any:
    if type(value) is dict:
        return Dict(value)
    if type(value) is list and any(type(item) in (dict, list) for item in value):
        return [_hooked(item) for item in value]
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, Dict):
        return value.to_dict()
    return [_plain(item) for item in value] if type(value) is list else value


def create_transition() -> Dict:
    """A transition to be filled: nine strings of classes, three for each of entering, leaving and loading."""
    return Dict({f"{what}{when}": "" for what in ("enter", "leave", "load") for when in ("", "_start", "_end")})
