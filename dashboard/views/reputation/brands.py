"""Brands and watches: a form or a query, tried on posts before it is kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import streamlit as st

from dashboard.reads import cache
from dashboard.reads import posts as post_reads
from dashboard.reads import reputation as reputation_reads
from dashboard.state import parameter, remember, remembered, set_parameter
from dashboard.views.allowed import only
from dashboard.views.meanwhile import Opened, close, opened, saved
from dashboard.views.page import open_page
from dashboard.views.posts import card
from dashboard.words.brands import kind_names, query_problem
from dashboard.words.labels import escape
from dashboard.words.language import _, count, n_, percent
from data.models import BRAND_KINDS, OURS, Brand
from data.posts.full_text import Node
from data.posts.query_language import QueryError, parse
from data.posts.quotes import passage
from data.reputation import brands
from data.scope import Scope
from insights.reputation.ambiguity import ambiguity_of
from insights.text import fold, terms

QUOTED = 200  # characters of a post that is looked at


def _problem(error: Exception, item: Brand) -> str:
    if isinstance(error, QueryError):
        return query_problem(error, item.expert)
    code = getattr(error, "code", "")
    return {
        "name": _("Give it a name."),
        "taken": _("There is one of that name already."),
        "words": _("The name holds no letter or digit to look for. Add another spelling."),
    }.get(code, _("This cannot be kept."))


def brands_and_watches(scope: Scope) -> None:
    """The list of brands, and the one that is being made or changed."""
    followed = reputation_reads.brands()
    asked = parameter("edit")
    if asked == "new" or any(str(b.id) == asked for b in followed):
        new = Brand(0, "", True, kind="own" if not followed else "competitor")
        item = next((b for b in followed if str(b.id) == asked), new)
        _edit(item, scope)
        return
    st.write(
        _(
            "Each is a query on your posts, old and new: a change applies back in time. Your brand, products and "
            "people are “us” everywhere in Vigie."
        )
    )
    if st.button(
        _("Add a brand or a subject"), type="primary", icon=":material/add:", key="new-brand", **only(brands.save_brand)
    ):
        set_parameter("edit", "new")
        st.rerun()
    numbers = reputation_reads.mentions_by_brand()
    behind = {b.id for b in followed if b.matched != brands.signature(b)}
    for item in followed:
        with st.container(border=True, key=f"brand-{item.id}"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"**{escape(item.name)}**", width="content")
                st.badge(kind_names()[item.kind], color="blue" if item.is_own else "gray")
                if item.id in behind:
                    st.badge(_("Being looked for"), icon=":material/hourglass:", color="blue")
                st.space("stretch")
                if st.button(
                    n_("{n} post", "{n} posts", numbers.get(item.id, 0)),
                    key=f"brand-posts-{item.id}",
                    type="tertiary",
                    icon=":material/arrow_forward:",
                ):
                    open_page("mentions", brand=str(item.id), days="90")
                if st.button(
                    _("Edit"),
                    key=f"brand-edit-{item.id}",
                    type="tertiary",
                    icon=":material/edit:",
                    **only(brands.save_brand),
                ):
                    set_parameter("edit", str(item.id))
                    st.rerun()
            st.caption(_told(item))
    if any(b.made_by == "settings" for b in followed):
        st.caption(_("Those named in the settings follow them until you change them here."))


def _told(item: Brand) -> str:
    """A brand's query in words."""
    if item.expert:
        return _("Query: {query}").format(query=escape(item.expert))
    parts = [", ".join(escape(n) for n in (item.name, *item.aliases))]
    parts += [" ".join(escape(f"#{t.lstrip('#')}") for t in item.hashtags)] if item.hashtags else []
    parts += [" ".join(escape(f"@{a.lstrip('@')}") for a in item.accounts)] if item.accounts else []
    if item.context:
        parts.append(_("with one of: {words}").format(words=", ".join(escape(w) for w in item.context)))
    if item.exclusions:
        parts.append(_("without: {words}").format(words=", ".join(escape(w) for w in item.exclusions)))
    if item.exact_case:
        parts.append(_("capitals as written"))
    return " · ".join(parts)


def _edit(item: Brand, scope: Scope) -> None:
    """The form or the query, and what it would find."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(escape(item.name) if item.id else _("A brand or a subject"), anchor=False, width="content")
        if st.button(_("Back to the list"), key="brand-back", type="tertiary", icon=":material/arrow_back:"):
            close(f"brand-{item.id}")
            _leave()
    form = opened(f"brand-{item.id}", item, brands.FIELDS)
    left, right = st.columns([2, 3])
    with left:
        draft = _form(form)
    with right:
        good = _try(draft, scope)
    with left, st.container(horizontal=True):
        if st.button(_("Keep"), type="primary", key="brand-keep", **only(brands.save_brand)) and good:
            try:
                written = saved(form, lambda seen: brands.save_brand(cache.store(), draft, seen))
            except (brands.BrandError, QueryError) as error:
                st.error(_problem(error, draft))
            else:
                if written:
                    _leave()
        if (
            item.id
            and st.button(
                _("Remove"), key="brand-remove", type="tertiary", icon=":material/delete:", **only(brands.remove_brand)
            )
            and saved(form, lambda seen: brands.remove_brand(cache.store(), item.id, seen))
        ):
            _leave()


def _leave() -> None:
    set_parameter("edit", "")
    remember("brand_add_exclusions", ())
    st.rerun()


def _form(form: Opened[Brand]) -> Brand:
    item, names = form.shown, kind_names()
    name = st.text_input(_("Name"), item.name, max_chars=120, key=form.key(f"brand-name-{item.id}"))
    kind = st.selectbox(
        _("What is it?"),
        BRAND_KINDS,
        index=BRAND_KINDS.index(item.kind),
        format_func=lambda k: names[k],
        key=form.key(f"brand-kind-{item.id}"),
    )
    expert = st.toggle(
        _("Write a query"),
        bool(item.expert),
        key=form.key(f"brand-expert-{item.id}"),
        help=_("AND, OR, NOT (or ET, OU, SAUF), “phrases”, (groups), NEAR/5, plann*, lang:fr, source:, author:, link:"),
    )
    if expert:
        query = st.text_area(
            _("Query"),
            item.expert or _as_query(item),
            height=150,
            max_chars=5_000,
            key=form.key(f"brand-query-{item.id}"),
            placeholder='brimelo OR "brim elo"~2 -festival lang:fr',
        )
        return replace(item, name=name, kind=kind, is_own=kind in OURS, expert=query)

    return _by_words(form, replace(item, name=name, kind=kind, is_own=kind in OURS, expert=""))


def _by_words(form: Opened[Brand], item: Brand) -> Brand:
    """A brand found by names and words: which ones it wants and which it refuses."""

    def names_of(label: str, values: tuple[str, ...], key: str, help_: str) -> tuple[str, ...]:
        added = tuple(remembered(f"brand_add_{key}", ()) or ())
        both = list(dict.fromkeys((*values, *added)))
        return tuple(
            st.multiselect(
                label,
                both,
                both,
                accept_new_options=True,
                key=form.key(f"brand-{key}-{item.id}-{len(added)}"),
                help=help_,
                placeholder=_("Type and press Enter"),
            )
        )

    return replace(
        item,
        aliases=names_of(
            _("Other names and spellings"), item.aliases, "aliases", _("Whole words; case and accents aside.")
        ),
        hashtags=names_of(_("Hashtags"), item.hashtags, "hashtags", _("With or without the #.")),
        accounts=names_of(_("Accounts"), item.accounts, "accounts", _("Names that posts address with an @.")),
        exclusions=names_of(_("Not when one of these words is there"), item.exclusions, "exclusions", ""),
        context=names_of(
            _("Only when one of these words is there"),
            item.context,
            "context",
            _("For a name that is also a common word."),
        ),
        exact_case=st.toggle(
            _("Only with its capitals as written"), item.exact_case, key=form.key(f"brand-case-{item.id}")
        ),
    )


def _as_query(item: Brand) -> str:
    """The form as a query, to begin with."""

    def quoted(word: str) -> str:
        return f'"{word}"' if " " in word else word

    names = [item.name, *item.aliases, *(f"#{t.lstrip('#')}" for t in item.hashtags)]
    names += [f"@{a.lstrip('@')}" for a in item.accounts]
    query = " OR ".join(quoted(name) for name in names if name)
    query = f"({query})" if " OR " in query and (item.context or item.exclusions) else query
    if item.context:
        query += " (" + " OR ".join(quoted(word) for word in item.context) + ")"
    return query + "".join(f" -{quoted(word)}" for word in item.exclusions)


def _node(draft: Brand) -> Node | None:
    """The query of a draft; says what is wrong with it where it has none."""
    if not draft.name.strip() and not draft.expert.strip():
        st.caption(_("Type a name: the posts that it finds appear here."))
        return None
    try:
        return parse(draft.expert) if draft.expert.strip() else brands.brand_query(draft)
    except (brands.BrandError, QueryError) as error:
        st.error(_problem(error, draft), icon=":material/error:")
        return None


def _try(draft: Brand, scope: Scope) -> bool:
    """What a draft finds in the last 90 days, and what it misses by a hair; gives whether it can be kept."""
    node = _node(draft)
    if node is None:
        return False
    since = scope.until - timedelta(days=89)
    preview = reputation_reads.query_preview(node, since, scope.until)
    st.markdown("**" + n_("{n} post in 90 days", "{n} posts in 90 days", preview.posts) + "**")
    posts = post_reads.by_id(preview.newest)
    if posts and not draft.expert:
        _ambiguity(draft, node, scope)
    for post in posts[:3]:
        card(post, "preview")
    if preview.missed:
        st.markdown("**" + n_("{n} post misses it by a hair", "{n} posts miss it by a hair", preview.missed) + "**")
        st.caption(_("They would match with other endings, without exclusions, or with the words elsewhere."))
        for post in post_reads.by_id(preview.near_misses)[:3]:
            card(post, "missed")
    elif not preview.posts:
        st.caption(_("Nothing comes near it either: check the spelling."))
    return True


def _capitals(draft: Brand, sample: list[str]) -> None:
    """What taking the name with its capital only would keep and lose, with posts of both sides to look at."""
    name = draft.name.strip()
    held = ambiguity_of(name, sample)
    if not held.advice or draft.exact_case:
        return
    share, lost = percent(held.small / held.total), len(held.mentions)
    told = _("{share} of the posts write “{name}” without its capital.").format(share=share, name=escape(name))
    told += " " + n_("{n} of these posts is about it.", "{n} of these posts are about it.", lost)
    told += " " + n_("{n} uses the common word.", "{n} use the common word.", len(held.common))
    told += (
        " "
        + {
            "capital": _("Taking it with its capital only would lose next to nothing."),
            "context": _("Its capital alone would lose true mentions: ask for a word beside it instead."),
            "keep": _("Leave it as it is: its capital would only lose true mentions."),
        }[held.advice]
    )
    st.warning(told, icon=":material/help:")
    sides = (
        (_("With its capital"), held.with_capital),
        (_("Without it, about the name"), held.mentions),
        (_("Without it, the common word"), held.common),
        (_("Without it, not clear"), held.unclear),
    )
    with st.expander(_("Look at both sides")):
        for title, places in sides:
            if places:
                st.caption(f"{escape(title)} · {count(len(places))}")
            for place in places[:3]:
                st.text(passage(sample[place], stop=min(len(sample[place]), QUOTED)))


def _ambiguity(draft: Brand, node: Node, scope: Scope) -> None:
    """Help with a name that is also a common word: how it is written, and which words stand beside it."""
    sample = reputation_reads.sample_of(node, scope.until)
    _capitals(draft, sample)
    beside: Counter[str] = Counter()
    own = {fold(word) for n in (draft.name, *draft.aliases) for word in n.split()}
    for text in sample:
        beside.update({word for word in terms(text) if word.lstrip("#@") not in own})
    words = [word for word, number in beside.most_common(12) if number >= 2]
    if words:
        st.caption(_("Often in these posts. A click leaves out the posts with that word:"))
        with st.container(horizontal=True, gap="small"):
            for word in words:
                if st.button(escape(word), key=f"beside-{word}", type="tertiary", icon=":material/remove:"):
                    remember("brand_add_exclusions", (*(remembered("brand_add_exclusions", ()) or ()), word))
                    st.rerun()
