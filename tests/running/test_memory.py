"""Memory that was freed is not kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# Small pieces below a last one that stays in use: without the call, nothing of them is given back.
PROGRAM = """
import ctypes
from pathlib import Path
from data.running.memory import give_back

def held() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4_096

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.free.argtypes = [ctypes.c_void_p]
pieces = [libc.malloc(2_000) for _ in range(20_000)]
for piece in pieces:
    ctypes.memset(piece, 1, 2_000)
last = libc.malloc(2_000)
before = held()
for piece in pieces:
    libc.free(piece)
kept = held()
print(give_back(), before - kept, kept - held())
"""


@pytest.mark.skipif(sys.platform != "linux" or not Path("/proc/self/statm").exists(), reason="asks Linux what is held")
def test_what_was_freed_is_given_back() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    could, by_itself, given = ran.stdout.split()
    assert could == "True"
    assert int(by_itself) < 2_000_000  # what C's library keeps of 40 MB is the reason for it
    assert int(given) > 30_000_000
