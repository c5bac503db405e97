"""Lists of feeds."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.reads import cache
from dashboard.state import now
from dashboard.words.language import _, n_
from dashboard.words.sources import error_sentence
from data.source_list import SourceHealth, add_source
from sources.errors import SourceError
from sources.opml import read_opml, write_opml


def opml(rows: Sequence[SourceHealth]) -> None:
    """Lists of feeds of other readers, in and out."""
    listed = st.file_uploader(_("A list of feeds from another reader"), type=["opml", "xml"], key="opml-file")
    if listed is not None and st.button(_("Add these feeds"), type="primary", key="import-opml"):
        try:
            outlines = read_opml(listed.getvalue())
        except SourceError as error:
            st.error(error_sentence(error.code), title=_("This list cannot be read"))
            st.text(error.detail)
        else:
            new = 0
            with cache.store().write() as connection:
                for line in outlines:
                    if not line.problem:
                        new += add_source(connection, "feed", line.url, now(), title=line.title, site=line.site)[1]
            bad = [line for line in outlines if line.problem]
            st.success(n_("{n} feed added", "{n} feeds added", new))
            for line in bad[:20]:
                st.text(f"{line.url}: {error_sentence(line.problem)}")
    if any(row.source.kind == "feed" for row in rows):
        st.download_button(
            _("Export my feeds"),
            write_opml([row.source for row in rows]),
            "vigie.opml",
            "text/x-opml",
            icon=":material/download:",
        )
