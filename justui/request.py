"""`Request`: Starlette's, whose `session` is ours to type checkers too."""

from starlette.requests import Request as _Request

from justui.session import Session


class Request(_Request):
    """What page functions and guards get: Starlette's request. `session` is the person's."""

    @property
    def session(self) -> Session:  # type: ignore[override]  # Starlette says dict, and means any mapping
        """What the program keeps for the person; with `user`, `login` and `logout`."""
        session: Session = self.scope["session"]
        return session
