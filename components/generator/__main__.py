"""`python -m justui.components.generator [--check]`: write what is stale, or only say so."""

import sys

from justui.components.generator.tables import FOLDERS, stale

COMMAND = "python -m justui.components.generator"


def main(arguments: list[str]) -> int:
    """Write what is stale; with `--check` only say so. Returns the exit status."""
    files = {folder / name: text for folder in FOLDERS for name, text in stale(folder).items()}
    if "--check" in arguments:
        if files:
            names = ", ".join(sorted(f"{path.parent.name}/{path.name}" for path in files))
            sys.stderr.write(f"stale: {names}. Run {COMMAND}\n")
        return 1 if files else 0
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
