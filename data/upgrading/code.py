"""The code's own version: the folder is a git repository, and an upgrade moves it forward or back."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

SECONDS = 900


class CodeError(ValueError):
    """The code cannot be moved, in words that say what to do."""


def _git(root: Path, *arguments: str) -> str:
    environ = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    git = shutil.which("git")
    if git is None:
        raise CodeError("git is not on this machine. Install it (on Debian: apt-get install git).")
    try:
        done = subprocess.run(
            [git, *arguments],
            cwd=root,
            env=environ,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise CodeError(f"git {arguments[0]} did not end within {SECONDS // 60} minutes.") from error
    if done.returncode:
        raise CodeError(f"git {arguments[0]}: {' '.join(done.stderr.split())[:400]}")
    return done.stdout.strip()


def is_repository(root: Path) -> bool:
    return (root / ".git").exists()


def where(root: Path) -> tuple[str, str]:
    """(commit, branch) of the code; the branch is "" on a version that was chosen by name."""
    return _git(root, "rev-parse", "HEAD"), _git(root, "branch", "--show-current")


def must_be_clean(root: Path) -> None:
    changed = _git(root, "status", "--porcelain", "--untracked-files=no")
    if changed:
        names = ", ".join(line.split()[-1] for line in changed.splitlines()[:5])
        raise CodeError(f"These files of Vigie were changed here: {names}. Put them aside (git stash), then try again.")


def bring(root: Path, version: str) -> str:
    """Move the code to a version (a tag, branch or commit): without one to the end of the branch that it follows, or
    to the newest tag where it follows none. Gives the commit. Raises CodeError, and has then moved nothing."""
    must_be_clean(root)
    _commit, branch = where(root)
    if _git(root, "remote"):
        _git(root, "fetch", "--quiet", "--tags", "--prune")
    if version:
        if version.startswith("-"):
            raise CodeError(f"{version!r} is no version.")
        _git(root, "checkout", "--quiet", "--detach", _commit_of(root, version))
    elif branch:
        _git(root, "merge", "--quiet", "--ff-only", "@{upstream}")
    else:
        tags = _git(root, "tag", "--sort=-version:refname").splitlines()
        if tags:
            _git(root, "checkout", "--quiet", "--detach", tags[0])
    return where(root)[0]


def _commit_of(root: Path, version: str) -> str:
    for name in (f"refs/tags/{version}", f"origin/{version}", version):
        try:
            return _git(root, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        except CodeError:
            continue
    raise CodeError(f"There is no version '{version}'. 'git tag' lists those that there are.")


def take_back(root: Path, commit: str, branch: str) -> None:
    """The code as it was. Changes made here are kept or, where they stand in the way, named."""
    if where(root) != (commit, branch):
        _git(root, "checkout", "--quiet", *([branch] if branch else ["--detach", commit]))
        _git(root, "reset", "--quiet", "--keep", commit)
