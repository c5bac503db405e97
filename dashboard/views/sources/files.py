"""Lists of feeds."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.reads import cache
from dashboard.state import now, remember, remembered
from dashboard.views.allowed import only
from dashboard.views.sources.followed import read_now
from dashboard.words.language import _, n_
from dashboard.words.sources import error_sentence
from data.source_list import SourceHealth
from sources.collect import SOURCES
from sources.errors import SourceError, mask_secrets
from sources.opml import Added, add_list, feed_of, read_opml, write_opml


def opml(rows: Sequence[SourceHealth]) -> None:
    """Lists of feeds of other readers, in and out."""
    listed = st.file_uploader(_("A list of feeds from another reader"), type=["opml", "xml"], key="opml-file")
    if listed is not None and st.button(_("Add these feeds"), type="primary", key="import-opml", **only(add_list)):
        try:
            outlines = read_opml(listed.getvalue())
        except SourceError as error:
            st.error(error_sentence(error.code), title=_("This list cannot be read"))
            st.text(error.detail)
        else:
            added = add_list(cache.store(), cache.settings(), outlines, now())
            remember("list-added", (listed.file_id, added))
            if added.new:
                read_now()
            st.rerun()  # the sources below are those of before
    file_id, added = remembered("list-added", ("", None))
    if listed is not None and listed.file_id == file_id:
        _told_of_list(added)
    followed = [row.source for row in rows if row.source.kind in SOURCES and row.source.state != "removed"]
    if any(feed_of(source) for source in followed):
        st.download_button(
            _("Export my feeds"),
            write_opml(followed),
            "vigie.opml",
            "text/x-opml",
            icon=":material/download:",
        )
    without = sum(not feed_of(source) for source in followed)
    if without:
        st.caption(
            n_(
                "{n} source has no feed and is not in the list",
                "{n} sources have no feed and are not in the list",
                without,
            )
        )


def _told_of_list(added: Added) -> None:
    """What came of a list: what is new and known, and what was left out, each with its reason."""
    told = [n_("{n} feed added", "{n} feeds added", len(added.new))]
    if added.known:
        told.append(n_("{n} followed already", "{n} followed already", added.known))
    st.success(", ".join(told))
    if not added.left_out:
        return
    st.warning(n_("{n} entry was left out:", "{n} entries were left out:", len(added.left_out)))
    for line in added.left_out[:20]:
        what = mask_secrets(" · ".join(filter(None, (line.title, line.url))))
        st.text(_("{what}: {why}").format(what=what, why=error_sentence(line.problem)))
    if len(added.left_out) > 20:
        st.caption(n_("and {n} more", "and {n} more", len(added.left_out) - 20))
