"""The gallery in production mode, on any free port; with the word `without`, as if Tailwind's compiler were not installed.

Run as `python -m tests.bench.start_page`. Then pages have Tailwind's browser build, which is here before the first of them.
"""

import os
import sys

os.environ["JUSTUI_DEBUG"] = "false"
os.environ.setdefault("JUSTUI_SECRET_KEY", "bench")
if "without" in sys.argv:
    sys.modules["quickjs"] = None  # type: ignore[assignment]  # so Python says that there is no such module

from demos.gallery import app
from justui import tailwind
from justui.store import store


def main() -> None:
    """Serve."""
    if "without" in sys.argv:
        store().get(tailwind.BROWSER_PACKAGE, tailwind.BROWSER_FILE)
    app.run("127.0.0.1", 0)


if __name__ == "__main__":
    main()
