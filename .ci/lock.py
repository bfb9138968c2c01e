#!/usr/bin/env python3
"""Write the lock files from pyproject.toml, with pip alone. Run it as `make lock`.

requirements.lock is what justui needs to run (and to be installed editable), requirements-dev.lock is that and what its
tests need. It names versions only: where they come from is for pip's own configuration to say.
"""

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
# What builds the project, so that an editable install needs no isolated build environment.
BUILD = ["hatchling", "editables"]


def resolve(requirements: list[str], constraints: Path | None) -> dict[str, str]:
    """Name and version of everything that pip would install for `requirements` into an empty environment."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
        command += ["--report", str(report), *requirements]
        if constraints:
            command += ["--constraint", str(constraints)]
        subprocess.run(command, check=True)
        found: dict[str, Any] = json.loads(report.read_text())
    return {one["metadata"]["name"].lower(): one["metadata"]["version"] for one in found["install"]}


def write(path: Path, requirements: list[str], constraints: Path | None = None) -> None:
    """Pin what `requirements` need in the file `path`."""
    markers = {name_of(one): one.partition(";")[2].strip() for one in requirements if ";" in one}
    lines = [f"# Written by `make lock` from pyproject.toml for Python {sys.version_info[0]}.{sys.version_info[1]}."]
    for name, version in sorted(resolve(requirements, constraints).items()):
        marker = markers.get(name)
        lines.append(f"{name}=={version}; {marker}" if marker else f"{name}=={version}")
    path.write_text("\n".join(lines) + "\n")
    print(f"{path.name}: {len(lines) - 1} packages")


def name_of(requirement: str) -> str:
    """The name at the start of a requirement."""
    return requirement.partition(">")[0].partition(";")[0].strip().lower()


def main() -> None:
    """Write both files; the second keeps the versions of the first."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = settings["project"]["optional-dependencies"]
    run = settings["project"]["dependencies"] + extras["all"]
    dev = settings["dependency-groups"]["dev"]
    run += [one for one in dev if name_of(one) in BUILD]
    write(ROOT / "requirements.lock", run)
    write(ROOT / "requirements-dev.lock", run + extras["test"] + dev, constraints=ROOT / "requirements.lock")


main()
