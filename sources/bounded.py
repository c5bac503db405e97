"""Files that are read in a process of their own, with limits: what they unpack to is not known before."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import IO, Any

from data.settings import ROOT
from sources.errors import ContentError


def answers(module: str, stream: IO[bytes], name: str, late: str, *command: str) -> Iterator[Any]:
    """What a module of ours says of a file on its stdin, line by line; the process ends with the iteration. Its last
    line is {"end": why not, or ""}; `late` is said where a limit ended it before. Raises ContentError."""
    with tempfile.TemporaryFile() as copy:
        stream.seek(0)
        shutil.copyfileobj(stream, copy, 1 << 20)
        copy.seek(0)
        process = subprocess.Popen(
            [sys.executable, "-m", module, *command],
            stdin=copy,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
        )
        end = late
        try:
            for line in process.stdout or ():
                answer = json.loads(line)
                if isinstance(answer, dict):
                    end = str(answer["end"])
                    break
                yield answer
        except ValueError:  # a line cut off where the process was ended by a limit
            pass
        finally:
            process.kill()
            if process.stdout:
                process.stdout.close()
            process.wait()
    if end:
        raise ContentError("bad_file", name, end)
