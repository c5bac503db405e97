"""Benchmarks: each prints a ratio against the plain alternative, both timed in one run.

Those that fill a record of their own do it in a file, or on a server where `BENCH_DATABASE` holds its address
(postgresql://USER@HOST/DATABASE): there in a schema of its own, which is left for whoever wants to look.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def record_at(folder: Path | str) -> str:
    """The address of a new record of a benchmark."""
    server = os.environ.get("BENCH_DATABASE", "")
    return f"{server}?schema=bench_{secrets.token_hex(4)}" if server else f"sqlite:///{folder}/bench.sqlite"
