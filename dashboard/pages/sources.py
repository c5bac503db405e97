"""Sources: one box to add any of them, packs, suggestions, files, credentials; the health of each; our own places."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from dashboard.reads import sources as source_reads
from dashboard.state import now
from dashboard.views.page import choose_view, page_title
from dashboard.views.sources.box import one_box, packs, suggested
from dashboard.views.sources.credentials import credentials, known_credentials
from dashboard.views.sources.files import opml
from dashboard.views.sources.followed import followed, told
from dashboard.views.sources.posts_file import import_posts
from dashboard.views.sources.upkeep import upkeep
from dashboard.words.language import _
from sources.collect import SOURCES

page_title(_("Sources"), "sources")
told()
if choose_view({"followed": _("Followed"), "ours": _("Your own places")}) == "ours":
    upkeep()
    st.stop()
known, unreadable = known_credentials()
rows, usage = source_reads.sources(now().replace(second=0, microsecond=0)), source_reads.usage()
one_box()
follows_any = any(row.source.kind in SOURCES for row in rows)
with st.expander(_("Packs, suggestions, files, credentials"), expanded=not follows_any, icon=":material/add_circle:"):
    ways: dict[str, Callable[[], None]] = {
        _("Starter packs"): partial(packs, rows),
        _("Suggested"): suggested,
        _("Import posts"): import_posts,
        _("Lists of feeds (OPML)"): partial(opml, rows),
        _("Credentials"): partial(credentials, known, unreadable, usage),
    }
    for tab, draw in zip(st.tabs(list(ways)), ways.values(), strict=True):
        with tab:
            draw()
followed(rows, {service for service, _account, _key in known.values}, usage)
