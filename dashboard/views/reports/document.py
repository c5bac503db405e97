"""A document on a page of the app: the same blocks, where every figure leads to its posts."""

from __future__ import annotations

import streamlit as st

from dashboard.charts.documents import altair_chart
from dashboard.views.charts import show_chart
from dashboard.views.page import open_page
from dashboard.words.documents import cell_words, erased_words, host_of, source_words
from dashboard.words.labels import escape
from dashboard.words.language import _, current
from data.sharing.document import Block, Chart, Comment, Document, Figures, Quotes, Table, Words


def draw(document: Document) -> None:
    """All sections, one under the other."""
    for place, section in enumerate(document.sections):
        st.header(escape(section.title), anchor=False, divider="gray")
        for number, block in enumerate(section.blocks):
            _block(block, f"{place}-{number}")
        if section.notes:
            st.caption(":material/mic: " + escape(section.notes))
    for line in (*document.coverage, *document.method):
        st.caption(escape(line))


def _block(block: Block, key: str) -> None:
    if isinstance(block, Words):
        words = f"{block.text} {block.said.text if block.said else ''}".strip()
        if block.kind == "heading":
            st.markdown(f"**{escape(words)}**")
        elif block.kind == "note":
            st.caption(escape(words))
        else:
            st.markdown(("- " if block.kind == "item" else "") + escape(words))
    elif isinstance(block, Comment):
        with st.container(border=True, key=f"comment-{key}"):
            st.text(block.text)
    elif isinstance(block, Figures):
        for place, (figure, column) in enumerate(zip(block.items, st.columns(len(block.items)), strict=True)):
            with column:
                st.metric(escape(figure.label), escape(figure.value), border=True)
                st.caption(escape(figure.note))
                if figure.link and st.button(
                    _("Read the posts"), key=f"figure-{key}-{place}", type="tertiary", icon=":material/arrow_forward:"
                ):
                    parameters = dict(figure.link)
                    open_page(parameters.pop("page", "mentions"), **parameters)
    elif isinstance(block, Chart):
        st.markdown(f"**{escape(block.title)}**")
        drawn = altair_chart(block, current(), paper=False)
        show_chart(drawn, key=f"chart-{key}", alt=block.alt, width="stretch")
        if block.note:
            st.caption(escape(block.note))
    elif isinstance(block, Table):
        st.markdown(f"**{escape(block.title)}**")
        names = [
            f"{name}{' ' * i}" if [n for n, _k in block.columns].count(name) > 1 else name
            for i, (name, _kind) in enumerate(block.columns)
        ]
        kinds = [kind for _name, kind in block.columns]
        st.dataframe(
            {
                name: [row[i] if kinds[i] == "number" else cell_words(row[i], kinds[i]) for row in block.rows]
                for i, name in enumerate(names)
            },
            hide_index=True,
            width="stretch",
            key=f"table-{key}",
        )
    else:
        _quotes(block, key)


def _quotes(block: Quotes, key: str) -> None:
    if block.title:
        st.markdown(f"**{escape(block.title)}**")
    if block.note:
        st.caption(escape(block.note))
    for place, quote in enumerate(block.quotes):
        with st.container(border=True, key=f"said-{key}-{place}"):
            if quote.erased:
                st.caption(erased_words())
                continue
            st.text(quote.shown)
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.caption(escape(source_words(quote)))
                if st.button(_("Its thread"), key=f"thread-{key}-{place}", type="tertiary"):
                    open_page("mentions", post=str(quote.post))
                if quote.url:
                    st.link_button(
                        escape(host_of(quote.url)), quote.url, type="tertiary", icon=":material/open_in_new:"
                    )
