"""Makes board.png and board-dark.png: two people's windows on one message board. `python docs/images/make.py`, from anywhere.

Wants the tools of the tests (`make check` installs them) and Chromium. Changes nothing else.
"""

import base64
import os
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TALK = [
    ("Ann", "Who brings what on Saturday?"),
    ("Bob", "Bread and cheese. And the big blanket."),
    ("Ann", "Then I take the lemonade. Six o'clock at the lake?"),
]
WINDOW = {"width": 560, "height": 680}
FRAME = """<!doctype html>
<style>
  body {{ margin: 0; padding: 28px; width: 1180px; box-sizing: border-box; display: grid; grid-template-columns: 1fr 1fr;
    gap: 28px; align-items: start;
    background: {back} }}
  figure {{ margin: 0; overflow: hidden; border-radius: 12px; box-shadow: 0 12px 32px #0003, 0 0 0 1px {line} }}
  figcaption {{ display: flex; gap: 7px; align-items: center; padding: 10px 14px; background: {bar}; color: {ink};
    font: 13px system-ui, sans-serif }}
  i {{ width: 11px; height: 11px; border-radius: 50%; background: {dot} }}
  span {{ margin: 0 auto; padding-right: 48px }}
  img {{ display: block; width: 100% }}
</style>
{windows}
"""
COLOURS = {
    "light": {"back": "#eceff5", "bar": "#fff", "ink": "#636a73", "line": "#0001", "dot": "#d5d8de"},
    "dark": {"back": "#0c0d10", "bar": "#26282d", "ink": "#9ca1aa", "line": "#fff2", "dot": "#484c54"},
}


def say(page: Page, name: str, text: str) -> None:
    """Post a message."""
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Your message").fill(text)
    page.get_by_role("button", name="Post").click()
    page.get_by_text(text).wait_for()


def picture(browser: Browser, address: str, scheme: str) -> bytes:
    """The two windows in one colour scheme, side by side."""
    contexts = [browser.new_context(viewport=WINDOW, color_scheme=scheme) for _ in range(2)]  # type: ignore[arg-type]
    ann, bob = (context.new_page() for context in contexts)
    for page in (ann, bob):
        page.goto(address)
    for name, text in TALK:
        if ann.get_by_text(text).count() == 0:
            say(ann if name == "Ann" else bob, name, text)
    ann.get_by_label("Your name").fill("Ann")
    bob.get_by_label("Your name").fill("Bob")
    bob.get_by_label("Your message").press_sequentially("See you th")
    windows = ""
    for name, page in (("Ann", ann), ("Bob", bob)):
        page.get_by_text(TALK[-1][1]).wait_for()
        shot = base64.b64encode(page.screenshot(caret="initial")).decode()
        windows += f'<figure><figcaption><i></i><i></i><i></i><span>{name}</span></figcaption><img src="data:image/png;base64,{shot}"></figure>'
    frame = browser.new_page(viewport={"width": 1180, "height": 720})
    frame.set_content(FRAME.format(windows=windows, **COLOURS[scheme]))
    for context in contexts:
        context.close()
    return frame.screenshot(full_page=True)


def main() -> None:
    """Make both pictures."""
    environment = {**os.environ, "JUSTUI_PORT": "0", "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, str(ROOT / "demos" / "message_board.py")]
    with (
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as program,
        sync_playwright() as tool,
    ):
        try:
            address = next(iter(program.stdout or ())).split()[-1]
            chromium = os.environ.get("JUSTUI_CHROMIUM", "/usr/bin/chromium")
            browser = tool.chromium.launch(
                executable_path=chromium if Path(chromium).exists() else None, args=["--no-sandbox", "--disable-gpu"]
            )
            for scheme, name in (("light", "board.png"), ("dark", "board-dark.png")):
                data = picture(browser, address, scheme)
                (HERE / name).write_bytes(data)
                print(name, len(data), "bytes")
            browser.close()
        finally:
            program.terminate()


if __name__ == "__main__":
    main()
