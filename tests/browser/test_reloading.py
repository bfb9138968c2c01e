"""While somebody writes a program: its tabs come back by themselves, with what was typed."""

from pathlib import Path

from tests.conftest import Serve
from tests.harness.browser import People
from tests.harness.server import children_of, is_there
from tests.harness.waiting import eventually

PROGRAM = """
import justui as ui

page = ui.WebPage(title="Reloaded")
with page:
    ui.H1("one", id="title")
    name = ui.Input(id="name", private=True)
    said = ui.P("", id="said")

    def say(msg):
        said.text = f"Hello {name.value}"

    ui.Button("Say", on_click=say)

ui.run(page, reload=True)
"""


async def test_tabs_come_back_with_what_was_typed(serve: Serve, person: People, tmp_path: Path) -> None:
    program = tmp_path / "app.py"
    program.write_text(PROGRAM)
    server = serve.program(program)
    tab = await (await person()).open(server.address)
    tab.allow_network_errors()
    page = tab.page
    await page.fill("#name", "Ann")
    await page.evaluate("window.mark = 1")

    program.write_text(PROGRAM.replace('"one"', '"two"'))
    await page.get_by_role("heading", name="two").wait_for()
    assert await page.input_value("#name") == "Ann"

    program.write_text(PROGRAM.replace('"one"', '"three'))
    server.wait_for_log(
        r"SyntaxError[^\n]*\njustui: the program has ended with an error\. It is started again when", seconds=20
    )
    await page.locator("#name").press_sequentially(" Bo")
    program.write_text(PROGRAM.replace('"one"', '"four"'))
    await page.get_by_role("heading", name="four").wait_for()
    assert await page.input_value("#name") == "Ann Bo"
    await page.get_by_role("button", name="Say").click()
    await page.get_by_text("Hello Ann Bo").wait_for()
    assert await page.evaluate("window.mark") == 1  # it was never loaded again
    assert server.log.count("justui: http://") == 1

    children = children_of(server.process.pid)
    assert children
    server.stop()
    await eventually(lambda: not any(map(is_there, children)))
    assert "Traceback" not in server.log
