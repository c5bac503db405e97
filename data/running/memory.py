"""Memory that a process no longer uses goes back to the machine."""

from __future__ import annotations

import asyncio
import ctypes

EVERY = 60.0  # seconds


def give_back() -> bool:
    """Give freed memory back: C's allocator keeps what lies below memory in use, 16 MB of it once libraries are loaded.
    False where the system has no such call (`malloc_trim` is of glibc). Takes milliseconds."""
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # another C library, macOS, Windows
        return False
    trim(0)
    return True


async def give_back_now_and_then() -> None:
    """Until it is cancelled."""
    while await asyncio.to_thread(give_back):
        await asyncio.sleep(EVERY)
