"""`python -m justui` is the command `justui`."""

import sys

from justui.cli import main

if __name__ == "__main__":
    sys.exit(main())
