"""`python -m demos` serves the gallery. `--port` and `--no-open`, or PORT and OPEN=0 in the environment."""

import argparse
import os

from demos.gallery import app


def main() -> None:
    wanted = os.environ.get("OPEN", "1") not in ("0", "no", "false")
    parser = argparse.ArgumentParser(prog="python -m demos", description="The gallery of justui's demos.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument(
        "--port", type=int, default=os.environ.get("PORT") or None, help="default: the first free from 8000 on"
    )
    parser.add_argument("--open", action=argparse.BooleanOptionalAction, default=wanted, help="open a browser window")
    wishes = parser.parse_args()
    app.run(wishes.host, wishes.port, open_browser=wishes.open)


if __name__ == "__main__":
    main()
