"""Where the running code stands: tasks and threads tell themselves apart, and the answer of an update takes no time."""

import asyncio
import threading

from justui.context import HANDED, whereabouts


async def test_tasks_are_apart() -> None:
    async def here() -> object:
        return whereabouts()

    mine = whereabouts()
    assert mine is asyncio.current_task()
    first, second = await asyncio.gather(here(), here())
    assert len({mine, first, second}) == 3
    assert whereabouts() == mine


async def test_a_callback_of_the_loop_is_no_task() -> None:
    found: list[object] = []
    called = asyncio.Event()

    def callback() -> None:
        found.append(whereabouts())
        called.set()

    asyncio.get_running_loop().call_soon(callback)
    await called.wait()
    assert found == [threading.get_ident()]


def test_threads_are_apart() -> None:
    found: list[object] = []
    barrier = threading.Barrier(2)

    def work() -> None:
        barrier.wait(10)
        found.append(whereabouts())
        barrier.wait(10)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len({*found, whereabouts()}) == 3


async def test_what_is_handed_over_takes_no_time() -> None:
    turned: list[int] = []
    asyncio.get_running_loop().call_soon(turned.append, 1)
    await HANDED
    await HANDED
    assert turned == []
