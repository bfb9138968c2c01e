"""Gates: first come, first served; who gives up is passed over; no place is ever lost."""

import asyncio

from justui.gates import Gate


async def turns(count: int = 3) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_one_at_a_time_in_the_order_of_coming() -> None:
    gate = Gate()
    inside: list[int] = []

    async def visit(number: int) -> None:
        assert await gate.enter()
        inside.append(number)

    visits = [asyncio.create_task(visit(number)) for number in range(4)]
    for number in range(4):
        await turns()
        assert inside == list(range(number + 1))
        assert gate.waiting == 3 - number
        gate.leave()
    await asyncio.gather(*visits)


async def test_who_waits_too_long_goes_away_and_is_passed_over() -> None:
    gate = Gate(2)
    assert await gate.enter()
    assert await gate.enter()
    assert not await gate.enter(0.01)
    assert gate.waiting == 0
    patient = asyncio.create_task(gate.enter(5))
    await turns()
    gate.leave()
    assert await patient


async def test_a_turn_that_comes_with_the_cancellation_is_the_next_ones() -> None:
    gate = Gate()
    assert await gate.enter()
    first, second = asyncio.create_task(gate.enter()), asyncio.create_task(gate.enter())
    await turns()
    gate.leave()
    first.cancel()
    assert await second
    gate.leave()
    third = asyncio.create_task(gate.enter(0.01))
    assert await third


async def test_cancelled_before_the_turn() -> None:
    gate = Gate()
    assert await gate.enter()
    waiting = asyncio.create_task(gate.enter())
    await turns()
    waiting.cancel()
    await turns()
    assert gate.waiting == 0
    gate.leave()
    assert await gate.enter(0)
