"""Sessions as text, for stores that outlive the server: what may be in one, and whether it has to be written again."""

import json
import math
import time
from typing import Any, Final

from justui.errors import SessionError
from justui.session import Session

_DEPTH: Final = 50


def text_of(session: Session) -> str:
    """What a session has. Raises `SessionError` naming the key for what is no data."""
    for key, value in session.content.items():  # what was changed in place
        check(key, value)
    return json.dumps({"user": session.user, "data": session.content}, separators=(",", ":"))


def session_of(id: str, identity: str, text: str, age: float) -> Session:
    """The session that a text says, which was seen `age` seconds ago."""
    content = json.loads(text)
    session = Session(id, identity, content["data"], content["user"])
    session.used = True
    session.seen_at = time.monotonic() - age
    note_kept(session, text, session.seen_at)
    return session


def is_due(session: Session, text: str, precision: float) -> bool:
    """Whether it is another than the one that is kept, or was kept for longer than `precision` seconds."""
    return f"{session.id} {text}" != session.kept_text or session.seen_at - session.kept_at >= precision


def note_kept(session: Session, text: str, kept_at: float) -> None:
    """It was kept as this text, as of this moment."""
    session.kept_text, session.kept_at = f"{session.id} {text}", kept_at


def check(key: str, value: Any) -> None:
    """Raise `SessionError` naming the key for what is no data."""
    if not isinstance(key, str):
        raise SessionError(f"session[{key!r}]: a key of a session that outlives the server is a string")
    _check(value, f"session[{key!r}]", 0)


def _check(value: Any, where: str, depth: int) -> None:
    """Raise `SessionError` for what JSON has no word for; `where` says where it stands."""
    if depth > _DEPTH:
        raise SessionError(f"{where} is nested more than {_DEPTH} deep, or holds itself")
    kind = type(value)
    if value is None or kind in (bool, int, str):
        return
    if kind is float:
        if not math.isfinite(value):
            raise SessionError(f"{where} is {value}, which is no number that can be kept")
        return
    if kind in (list, tuple):
        for index, item in enumerate(value):
            _check(item, f"{where}[{index}]", depth + 1)
        return
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str:
                raise SessionError(f"{where} has the key {key!r:.40}: keys are strings")
            _check(item, f"{where}[{key!r}]", depth + 1)
        return
    raise SessionError(
        f"{where} = {value!r:.60}: {kind.__name__} cannot be kept. Sessions that outlive the server hold strings, numbers, True, False, "
        "None, and lists and dicts of these; keep the rest in a database under session.user."
    )
