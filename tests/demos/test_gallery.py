"""The start page of the gallery: live examples with their code, a search, a theme."""

from demos.gallery import app, families
from justui.testing import Browser

EXAMPLES = [example for family in families for example in family.examples]


async def test_every_example_stands_beside_its_code() -> None:
    async with Browser(app) as person:
        tab = await person.open("/")
        assert [tab.text(title) for title in tab.find_all("article > div > header > h3")] == [
            one.title for one in EXAMPLES
        ]
        codes = [code.text_content() for code in tab.find_all("article > div > pre > code")]
        assert codes == [example.text for example in EXAMPLES]


def test_the_code_beside_an_example_is_the_program_that_made_it() -> None:
    for example in EXAMPLES:
        compile(example.text, example.title, "exec")


async def test_a_search_leaves_what_it_means() -> None:
    async with Browser(app) as person:
        tab = await person.open("/")
        await tab.fill("Search the gallery", "station clock")
        await tab.wait_for(lambda: [tab.text(one) for one in tab.find_all(".demos > li > h3")] == ["SVG clock"])
        assert not tab.find_all("article")
        await tab.fill("Search the gallery", "nothing of the kind")
        await tab.wait_for("Nothing here is like that.")
        await tab.fill("Search the gallery", "")
        await tab.wait_for(lambda: len(tab.find_all("article")) == len(EXAMPLES))
        linked = await person.open("/?q=countdown")
        assert [linked.text(one) for one in linked.find_all(".demos > li > h3")] == ["Countdown"]


async def test_the_theme_is_a_choice_of_the_tab() -> None:
    async with Browser(app) as person:
        tab, other = await person.open("/"), await person.open("/")
        await tab.click("Dark")
        await tab.wait_for(lambda: tab.find("[aria-label=Dark]").attributes.get("aria-pressed") == "true")
        assert tab.find("[aria-label=Light]").attributes.get("aria-pressed") == "false"
        assert other.find("[aria-label=Dark]").attributes.get("aria-pressed") == "false"


async def test_the_examples_live() -> None:
    async with Browser(app) as person:
        tab = await person.open("/")
        await tab.click("Count")
        await tab.wait_for("Pressed 1 times")
        await tab.fill("Name", "Ada")
        await tab.wait_for("Hello, Ada!")
