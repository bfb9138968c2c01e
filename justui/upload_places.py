"""What the folders take that files are sent to, for the components that send them. It may be asked before the folder is opened.

A help for the person who chooses: the folder decides.
"""

from justui.state import State

_accepted: dict[str, State[str]] = {}


def accepted(route: str) -> State[str]:
    """The types of the folder at this route, as a file input says them; empty where all are taken, or nothing is known."""
    return _accepted.setdefault(route, State(""))
