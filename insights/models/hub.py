"""Fetch a model of the hub once, where there is a network: `python -m insights model`.

Nothing of a model is run: only its weights (safetensors), its tokenizer and its settings are taken.
"""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatch
from typing import Any

from insights.models.packaged import ModelError

# Weights that are pickles or made for other libraries stay where they are.
TAKEN = ("*.json", "*.txt", "*.model", "model.safetensors", "*/config.json")
MOST_BYTES = 3_000_000_000


def fetch_model(name: str, progress: Callable[[int, int], None] | None = None) -> int:
    """Bring a model of the hub into the cache of this machine; what is there already is kept. `progress` hears of
    (done, all) bytes. How many bytes the model has. Raises ModelError."""
    from huggingface_hub import hf_hub_download, snapshot_download
    from huggingface_hub.errors import HFValidationError, HTTPError
    from huggingface_hub.utils import tqdm as plain_bar

    try:
        listed: Any = snapshot_download(name, allow_patterns=list(TAKEN), dry_run=True)
        files = [one for one in listed if any(fnmatch(one.filename, pattern) for pattern in TAKEN)]
        total = int(sum(one.file_size for one in files))
        if not any(one.filename == "model.safetensors" for one in files) or total > MOST_BYTES:
            raise ModelError(f"{name} has no weights that Vigie can read (model.safetensors, at most 3 GB).")
        done = sum(one.file_size for one in files if not one.will_download)

        class Bar(plain_bar):  # type: ignore[misc]
            """Tells bytes as they arrive; draws nothing."""

            def __init__(self, *given: Any, **named: Any) -> None:
                super().__init__(*given, **{**named, "disable": True})

            def update(self, n: float | None = 1) -> Any:
                nonlocal done
                done += int(n or 0)
                if progress is not None:
                    progress(min(done, total), total)
                return super().update(n)

        for one in files:
            if one.will_download:
                hf_hub_download(name, one.filename, revision=one.commit_hash, tqdm_class=Bar)
    except (HTTPError, HFValidationError, OSError) as error:
        raise ModelError(f"The model {name} cannot be fetched: {str(error).splitlines()[0]}") from error
    return total
