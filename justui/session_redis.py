"""`RedisStore`: sessions in Redis, so that they outlive the server and several servers have the same.

A session has two keys, of which the first leads to the second: `…:id:ID` has its identity, `…:of:IDENTITY` what it has. Both expire.
"""

import json
import secrets
import time
from typing import Any, Final

import redis.asyncio
from redis.exceptions import RedisError

from justui.errors import ConfigError
from justui.session import Session
from justui.session_text import check, is_due, note_kept, session_of, text_of

_PREFIX: Final = "justui:session:"
_SECRET: Final = "justui:secret"  # noqa: S105 - the name of its key


class RedisStore:
    """Sessions in the Redis server at `address`, such as `redis://localhost:6379/0`, for `age` seconds after their last use.

    That a session was seen again is written every `precision` seconds. Values are data, as in a file.
    """

    durable = True

    def __init__(self, address: str, age: float = 14 * 86400.0, precision: float = 60.0) -> None:
        self._age = age
        self._precision = precision
        self._secret = ""
        try:
            self._redis: Any = redis.asyncio.from_url(address, decode_responses=True)
        except ValueError as error:
            raise ConfigError(f"session_store: this is no address of a Redis server: {error}.") from None

    async def open(self) -> None:
        """Connect. Raises `ConfigError` when the server is not there."""
        try:
            await self._redis.set(_SECRET, secrets.token_hex(32), nx=True)
            self._secret = await self._redis.get(_SECRET)
        except (RedisError, OSError) as error:
            raise ConfigError(f"session_store: the Redis server cannot be used: {error}. Is it running?") from None

    def secret(self) -> str:
        """A random key that is kept with the sessions, the same for all servers."""
        return self._secret

    def check(self, key: str, value: Any) -> None:
        """Raise `SessionError` naming the key for what is no data."""
        check(key, value)

    async def load(self, id: str) -> Session | None:
        """The session of this id, or None."""
        identity = await self._redis.get(f"{_PREFIX}id:{id}")
        kept = None if identity is None else await self._redis.get(f"{_PREFIX}of:{identity}")
        if kept is None:
            return None
        said = json.loads(kept)
        return session_of(id, identity, said["text"], max(0.0, time.time() - said["seen"]))

    async def holds(self, identity: str) -> bool:
        """Whether there is a session of this identity, under whatever id."""
        return bool(await self._redis.exists(f"{_PREFIX}of:{identity}"))

    async def save(self, session: Session) -> None:
        """Keep a session, when it is another than the one that is kept, or was not seen for long. Raises `SessionError`."""
        text = text_of(session)
        if not is_due(session, text, self._precision):
            return
        place = f"{_PREFIX}of:{session.identity}"
        before = await self._redis.get(place)
        id, kept_at = session.id, session.seen_at
        seen = time.time() - (time.monotonic() - kept_at)
        seconds = max(1, round(self._age))
        async with self._redis.pipeline(transaction=True) as pipe:
            if before is not None and (formerly := json.loads(before)["id"]) != id:
                pipe.delete(f"{_PREFIX}id:{formerly}")
            pipe.set(f"{_PREFIX}id:{id}", session.identity, ex=seconds)
            pipe.set(place, json.dumps({"id": id, "seen": seen, "text": text}), ex=seconds)
            await pipe.execute()
        note_kept(session, text, kept_at)

    async def remove(self, id: str) -> None:
        """Forget the session of this id."""
        identity = await self._redis.getdel(f"{_PREFIX}id:{id}")
        if identity is not None:
            await self._redis.delete(f"{_PREFIX}of:{identity}")

    async def sweep(self, age: float) -> None:
        """Nothing: Redis forgets by itself what was not seen for so long."""

    async def close(self) -> None:
        """Let go of the connections."""
        await self._redis.aclose()
