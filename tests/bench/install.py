"""What `make run` installs, and how much of the disk it takes: python -m tests.bench.install

The dry run asks the package index what it would install on a bare machine of this kind; sizes are those of what is
installed here, file by file, for the packages that it names.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

from data.settings import ROOT

MOST = 2.7e9  # bytes in all
FOR_GPUS = re.compile(r"^(nvidia-|cuda-|triton|pytorch-triton)")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def size_of(package: Distribution) -> int:
    """Bytes of a package's files on the disk."""
    paths = [Path(str(package.locate_file(file))) for file in package.files or ()]
    return sum(path.stat().st_size for path in paths if path.is_file())


def pinned() -> list[str]:
    """Names of all that `requirements.txt` pins, which is all that runs."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [normal(line.split("==")[0]) for line in lines if "==" in line]


def installed() -> dict[str, int]:
    """Package -> bytes on the disk, of everything in this environment."""
    return {normal(package.name): size_of(package) for package in distributions()}


def would_install() -> list[str]:
    """Names and versions that the package index would give a bare machine. Raises CalledProcessError where none is."""
    options = ["--dry-run", "--ignore-installed", "--quiet", "--disable-pip-version-check", "--report", "-"]
    command = [sys.executable, "-m", "pip", "install", *options, "-r", str(ROOT / "requirements.txt")]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return [f"{normal(item['metadata']['name'])}=={item['metadata']['version']}" for item in report["install"]]


def main() -> None:
    sizes = installed()
    names = would_install()
    print("\nWhat `make run` installs:\n")
    print("| package | MB on the disk |\n|---|---:|")
    told = {name: sizes.get(name.split("==")[0], 0) for name in names}
    for name, size in sorted(told.items(), key=lambda pair: -pair[1])[:12]:
        print(f"| {name} | {size / 1e6:.0f} |")
    print(f"| **all {len(told)}** | **{sum(told.values()) / 1e6:.0f}** |")
    unknown = [name for name in names if name.split("==")[0] not in sizes]
    gpu = [name for name in names if FOR_GPUS.match(name)]
    print(
        f"\nNot installed here, so not measured: {', '.join(unknown) or 'none'}. For GPUs: {', '.join(gpu) or 'none'}."
    )


if __name__ == "__main__":
    main()
