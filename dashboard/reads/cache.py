"""Every read of the pages, cached by scope and store revision: a write makes all of them new."""

from __future__ import annotations

import streamlit as st

from dashboard.reads import cache
from data.settings import Settings, load_settings
from data.store import Store

MAX_ENTRIES = 200


@st.cache_resource(max_entries=4)
def open_store(url: str) -> Store:
    return Store(url)


def settings() -> Settings:
    return load_settings()


def store() -> Store:
    return open_store(settings().store_url)


def revision() -> int:
    return store().revision()


def key_url() -> str:
    return cache.settings().store_url
