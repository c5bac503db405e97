"""Whose session this is, looked up anew at each write."""

from __future__ import annotations

from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.reads import inbox as inbox_reads
from dashboard.state import remembered
from data.actor import Actor, follow


def _typed_name() -> str:
    """On this computer alone: the name given in this session, else the only name that the record knows."""
    named = str(remembered("my_name", ""))
    if named:
        return named
    known = inbox_reads.people()
    return known[0] if len(known) == 1 else ""


def signed_in() -> Actor | None:
    """Who acts in this session; everything is allowed on this computer alone."""
    return Actor(0, _typed_name(), "administrator")


def _acting() -> Actor | None:
    """None outside of a session of the app."""
    return None if get_script_run_ctx(suppress_warning=True) is None else signed_in()


follow(_acting)
