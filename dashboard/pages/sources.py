"""Sources: one box to add any of them, packs, suggestions, files, credentials; the health of each."""

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import sources as source_reads
from dashboard.state import forget, now, remembered
from dashboard.views.sources.box import one_box, packs, suggested
from dashboard.views.sources.credentials import access
from dashboard.views.sources.files import import_posts, opml
from dashboard.views.sources.followed import followed
from dashboard.words.language import _
from data.credentials import Credentials, CredentialsError, load_credentials
from sources.collect import SOURCES

settings = cache.settings()
st.title(_("Sources"), anchor=False)
told = remembered("sources-told")
if told:
    st.success(told)
    forget("sources-told")


try:
    known, unreadable = load_credentials(settings), ""
except CredentialsError as error:
    known, unreadable = Credentials(), str(error)
configured, usage = {service for service, _account, _key in known.values}, source_reads.usage()
rows = source_reads.sources(now().replace(second=0, microsecond=0))
one_box()
follows_any = any(row.source.kind in SOURCES for row in rows)
with st.expander(_("Packs, suggestions, files, credentials"), expanded=not follows_any, icon=":material/add_circle:"):
    tabs = st.tabs(
        [_("Starter packs"), _("Suggested"), _("Import posts"), _("Lists of feeds (OPML)"), _("Credentials")]
    )
    with tabs[0]:
        packs(rows)
    with tabs[1]:
        suggested()
    with tabs[2]:
        import_posts()
    with tabs[3]:
        opml(rows)
    with tabs[4]:
        access(known, unreadable, usage)
followed(rows, configured, usage)
