import asyncio

from justui.testing import Browser

from chat import app


def test_two_people_talk():
    async def story():
        async with Browser(app) as ann, Browser(app) as bob:
            hers, his = await ann.open("/"), await bob.open("/")
            for tab, name in (hers, "Ann"), (his, "Bob"):
                await tab.type("Your name", name)
                await tab.click("Enter")
                await tab.wait_for("Chat")
            await hers.type("Say something", "Hello Bob\n")
            await his.wait_for("Ann: Hello Bob")
            assert hers.value("Say something") == ""

    asyncio.run(story())
