"""Sources: one box to add any of them, packs, suggestions, files, credentials; the health of each."""

import asyncio
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from dashboard import language, queries
from dashboard.components import card, escape, key_url, source_state, when
from dashboard.language import _, count, day, n_, percent
from dashboard.sentences import (
    error_sentence,
    kind_name,
    note_sentence,
    reach_sentence,
    row_problem,
    service_sentence,
)
from dashboard.state import forget, now, parameter, remember, remembered, set_parameter
from data.credentials import NETWORKS, SERVICES, Credentials, CredentialsError, credentials_path, load_credentials
from data.settings import ROOT
from data.source_list import SourceHealth, add_source, ask_back, mark_own, remove_source, set_state
from data.suggestions import dismiss
from data.usage import Meter
from sources.access import Access, check_access
from sources.base import SourceError, mask_secrets
from sources.collect import SOURCES
from sources.discovery import Found, follow, look
from sources.files import FIELDS, preview
from sources.http import Client
from sources.identify import SHORT_FORMS, NotUnderstood
from sources.imports import Imported, import_file
from sources.opml import read_opml, write_opml
from sources.packs import add_pack, starter_packs

PAGE = 20
settings, store = queries.settings(), queries.store()
url, revision = key_url(), queries.revision()
st.title(_("Sources"), anchor=False)
told = remembered("sources-told")
if told:
    st.success(told)
    forget("sources-told")


async def ask(pasted: str) -> Found:
    async with Client(settings, load_credentials(settings), Meter(store), preview=True) as client:
        return await look(client, pasted, now())


async def check_credentials() -> list[Access]:
    async with Client(settings, load_credentials(settings), Meter(store)) as client:
        return await check_access(client, now())


def say(words: str) -> None:
    remember("sources-told", words)
    st.rerun()


def try_now(*ids: int) -> None:
    """Check sources in a process of its own; waits for one, lets many go on by themselves."""
    command = [sys.executable, "-m", "sources", "collect", *(f"--source={n}" for n in ids)]
    if len(ids) > 1:
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return
    with st.spinner(_("Checking…")):
        subprocess.run(command, cwd=ROOT, capture_output=True, timeout=180, check=False)


def look_at(pasted: str) -> None:
    """Ask what a pasted thing is and remember the answer, or the sentence that says why not."""
    forget("found", "not-found")
    try:
        with st.spinner(_("Looking…")):
            remember("found", asyncio.run(ask(pasted)))
    except CredentialsError as error:
        remember("not-found", ("bad_credentials", str(error), ""))
    except SourceError as error:
        nearest = error.nearest if isinstance(error, NotUnderstood) else ""
        remember("not-found", (error.code, error.subject, nearest))


def shown_kind(kind: str, address: str) -> str:
    """The kind, and which of its lists where one place has several."""
    lists = {
        "releases": _("releases"), "issues": _("issues"), "discussions": _("discussions"), "new": _("new posts"),
        "top": _("top posts"), "comments": _("comments"),
    }  # fmt: skip
    which = address.rpartition("/")[2] if kind == "reddit" else address.partition(":")[0]
    return f"{kind_name(kind)} · {lists[which]}" if which in lists else kind_name(kind)


def one_box() -> None:
    with st.form("add-source", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        pasted = st.text_input(
            _("Address, handle, hashtag, r/name…"), placeholder="r/CommunityManager", max_chars=2_000
        )  # fmt: skip
        asked = st.form_submit_button(_("Look"), type="primary")
    with st.popover(_("More places"), type="tertiary", icon=":material/apps:"):
        names = {"": _("Choose a place"), **{key: form[0] for key, form in SHORT_FORMS.items()}}
        for key, name in (("hn", _("Hacker News: words")), ("reddit", _("Reddit: words")),
                          ("youtube", _("YouTube: words")), ("bluesky", _("Bluesky: words")),
                          ("github", _("GitHub: words")), ("x", _("X: words"))):  # fmt: skip
            names[key] = name
        place = st.selectbox(_("Place"), list(names), format_func=lambda k: names[k], key="short-place")
        example = SHORT_FORMS[place][2] if place in SHORT_FORMS else ""
        value = st.text_input(_("Name, words or address"), placeholder=example, max_chars=500, key="short-value")
        if st.button(_("Look"), key="short-look", disabled=not (place and value.strip())):
            pasted, asked = f"{place}: {value.strip()}", True
    if asked and pasted.strip():
        look_at(pasted.strip())
    problem = remembered("not-found")
    if problem is not None:
        code, subject, nearest = problem
        with st.container(border=True):
            st.error(error_sentence(code), title=_("Nothing was added"))
            st.text(subject)
            if nearest and st.button(_("Try {thing}").format(thing=escape(nearest)), key="try-nearest"):
                look_at(nearest)
                st.rerun()
    found = remembered("found")
    if found is None:
        return
    with st.container(border=True, key="found"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(escape(found.title or found.address), anchor=False, width="content")
            st.badge(shown_kind(found.kind, found.address), color="blue")
        st.text(mask_secrets(found.address))
        if found.note:
            st.caption(":material/info: " + note_sentence(found.note))
        for post in found.newest:
            when_said = day(post.published_at.date()) + " · " if post.published_at else ""
            words = post.title or " ".join((post.plain or post.text).split())[:160]
            st.text("· " + when_said + (f"{post.author}: " if post.author else "") + words)
        if not found.newest:
            st.caption(_("It answers, but holds no post yet."))
        ours = st.toggle(
            _("This is ours"), key="found-own",
            help=_("Our posts count as what we did; our replies count as answers to questions."),
        )  # fmt: skip
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button(_("Follow"), type="primary", key="follow"):
                made, is_new = follow(store, settings, found, now())
                if ours:
                    mark_own(store, made.id, True)
                forget("found")
                try_now(made.id)
                say(_("Added.") if is_new else _("It is followed already."))
            if found.others:
                st.caption(_("Also there:"))
            for other in found.others:
                if st.button(shown_kind(other.kind, other.address), key=f"other-{other.address}"):
                    with store.write() as connection:
                        made, is_new = add_source(connection, other.kind, other.address, now())
                    try_now(made.id)
                    say(_("Added.") if is_new else _("It is followed already."))


def packs() -> None:
    st.caption(_("Lists of public sources by theme. Those that no longer answer are shown below, not hidden."))
    followed = {(row.source.kind, row.source.address): row for row in rows}
    grid = st.columns(3)
    for index, pack in enumerate(starter_packs()):
        there = [followed[(k, a)] for k, a, _title in pack.entries if (k, a) in followed]
        with grid[index % 3], st.container(border=True):
            st.markdown(f"**{escape(pack.titles[language.current()])}**")
            st.caption(", ".join(escape(title) for _kind, _address, title in pack.entries))
            failing = sum(bool(row.source.error_code) for row in there)
            if failing:
                st.caption(
                    ":material/error: " + n_("{n} does not answer now", "{n} do not answer now", failing)
                )  # fmt: skip
            missing = len(pack.entries) - len(there)
            if not missing:
                st.caption(":material/check: " + _("All followed"))
            elif st.button(
                n_("Follow {n} source", "Follow {n} sources", missing), key=f"pack-{pack.key}", width="stretch"
            ):
                new = add_pack(store, pack, now())
                try_now(*new)
                say(n_("{n} source added; its posts arrive in a moment.",
                       "{n} sources added; their posts arrive in a moment.", len(new)))  # fmt: skip


def suggested() -> None:
    found = queries.suggested(url, revision)
    if not found:
        st.info(
            _("Nothing yet. Once a day Vigie looks which places your posts mention that you do not follow."),
            icon=":material/explore:",
        )
    for one in found:
        with st.container(border=True, key=f"suggested-{one.kind}-{one.address}"):
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                st.markdown(f"**{escape(one.title)}**", width="content")
                st.badge(kind_name(one.kind), color="blue")
            said = n_("{n} post", "{n} posts", one.posts) + ", " + n_("{n} author", "{n} authors", one.authors)
            st.caption(_("Mentioned in {posts} of the last 30 days").format(posts=said))
            with st.container(horizontal=True):
                if st.button(_("Look"), key=f"look-{one.kind}-{one.address}"):
                    look_at(_pasteable(one.kind, one.address))
                    st.rerun()
                if st.button(_("Not for us"), key=f"dismiss-{one.kind}-{one.address}", type="tertiary"):
                    with store.write() as connection:
                        dismiss(connection, one.kind, one.address)
                    st.rerun()
                with st.popover(_("Read the posts"), type="tertiary"):
                    for post in queries.by_id(one.examples, url, revision):
                        card(post, f"suggested-{one.address}")


def _pasteable(kind: str, address: str) -> str:
    """An address as one would paste it, from the form in which it is stored."""
    if kind == "reddit" and address.startswith("r/"):
        return "/".join(address.split("/")[:2])
    prefix, _colon, rest = address.partition(":")
    forms = {"user": "u/", "author": "@", "playlist": "https://www.youtube.com/playlist?list="}
    if kind == "youtube" and prefix == "channel":
        return "https://www.youtube.com/" + (rest if rest.startswith("@") else f"channel/{rest}")
    if kind == "github":
        return f"https://github.com/{rest}"
    if kind == "stackexchange":
        site, _sep, tag = address.partition(":tag:")
        host = f"{site}.com" if site in {"stackoverflow", "superuser", "serverfault"} else f"{site}.stackexchange.com"
        return f"https://{host}/questions/tagged/{tag}"
    return forms.get(prefix, "") + rest if prefix in forms else address


def import_posts() -> None:
    st.caption(
        _("Exports of LinkedIn, TikTok, X, YouTube and Meta Business Suite are recognised; any other table works too.")
    )
    upload = st.file_uploader(_("A file of posts"), type=["csv", "tsv", "jsonl", "ndjson", "xlsx"], key="posts-file")
    if upload is None:
        return
    try:
        seen = preview(upload, upload.name)
    except SourceError as error:
        st.error(error_sentence(error.code), title=_("This file cannot be imported"))
        st.text(error.detail)
        return
    if seen.guess.export:
        st.success(_("Recognised: {name}").format(name=escape(seen.guess.export)), icon=":material/check:")
    else:
        st.caption(_("Check which column holds what. The guess is made from the names and from what they hold."))
    st.dataframe(pd.DataFrame([{k: str(v)[:200] for k, v in row.items()} for row in seen.rows[:8]]), hide_index=True)
    labels = {
        "text": _("Text"), "date": _("Date"), "author": _("Author"), "title": _("Title"), "url": _("Link"),
        "id": _("Identifier"), "lang": _("Post language"), "community": _("Community"),
        "score": _("Likes or points"),
        "comments": _("Replies"), "shares": _("Shares"), "views": _("Views"), "parent": _("Reply to"),
    }  # fmt: skip
    columns: dict[str, str] = {}
    grid = st.columns(4)
    for index, field in enumerate(FIELDS):
        options = ["", *seen.columns]
        default = seen.guess.columns.get(field, "")
        with grid[index % 4]:
            picked = st.selectbox(
                labels[field], options, index=options.index(default) if default in options else 0,
                format_func=lambda c: c or "–", key=f"column-{field}-{upload.name}",
            )  # fmt: skip
        if picked:
            columns[field] = picked
    day_first = st.toggle(_("03/04 is 3 April"), seen.guess.day_first, key="day-first")
    mapped = replace(seen.guess, columns=columns, day_first=day_first)
    if mapped.problem():
        st.warning(_("Choose the column that holds the text of the posts."))
    elif st.button(_("Import"), type="primary", key="import"):
        bar = st.progress(0.0, _("Importing…"))

        def progress(done: Imported) -> None:
            bar.progress(0.5, n_("{n} row read", "{n} rows read", done.rows))

        done = import_file(
            store, settings, upload, upload.name, mapped, zone=ZoneInfo(settings.timezone), progress=progress
        )
        bar.empty()
        st.success(
            n_("{n} post added", "{n} posts added", done.new)
            + ", "
            + n_("{n} known already", "{n} known already", done.known + done.changed)
        )
        if done.bad_count:
            st.warning(n_("{n} row was left out:", "{n} rows were left out:", done.bad_count))
            for bad in done.bad[:20]:
                st.text(_("Row {row}: {reason}").format(row=bad.row, reason=row_problem(bad.code)))


def opml() -> None:
    listed = st.file_uploader(_("A list of feeds from another reader"), type=["opml", "xml"], key="opml-file")
    if listed is not None and st.button(_("Add these feeds"), type="primary", key="import-opml"):
        try:
            outlines = read_opml(listed.getvalue())
        except SourceError as error:
            st.error(error_sentence(error.code), title=_("This list cannot be read"))
            st.text(error.detail)
        else:
            new = 0
            with store.write() as connection:
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


def access() -> None:
    st.caption(_("Keys and tokens are read from the environment or from this file, which only you may read:"))
    st.text(str(credentials_path(settings)))
    if unreadable:
        st.error(unreadable, title=_("The credentials cannot be read"))
        return
    if st.button(_("Check them now"), key="check-access", icon=":material/key:"):
        with st.spinner(_("Checking…")):
            remember("access", asyncio.run(check_credentials()))
    checked = {(one.service, one.account): one for one in remembered("access") or []}
    for service in NETWORKS:
        keys = SERVICES[service]
        with st.container(border=True):
            accounts = known.accounts(service)
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                st.markdown(f"**{kind_name(service)}**", width="content")
                st.badge(
                    _("Configured") if accounts else _("Not configured"), color="green" if accounts else "gray"
                )  # fmt: skip
            st.caption(service_sentence(service))
            for account in accounts:
                one = checked.get((service, account))
                if one is not None:
                    words = error_sentence(one.error.code) if one.error else _("Accepted.")
                    icon = ":material/error:" if one.error else ":material/check:"
                    st.caption(f"{icon} " + (escape(account) + " · " if account else "") + words)
            if not accounts:
                table = f'[{service}."{"mastodon.social" if service == "mastodon" else "PAGE"}"]'
                head = table if service in {"mastodon", "facebook"} else f"[{service}]"
                st.code("\n".join([head, *(f'{key} = "…"' for key in keys)]), language="toml")
            quota = usage.get(service)
            if quota is not None and service == "x":
                st.caption(
                    _("Spent this month: {used} of {cap}").format(
                        used=count(quota.used / 100_000, 2), cap=count(settings.x_monthly_cap, 2)
                    )
                )
            elif quota is not None and quota.allowed:
                st.caption(
                    _("Quota used on {day}: {used} of {allowed}").format(
                        day=quota.period, used=count(quota.used), allowed=count(quota.allowed)
                    )
                )


def facts_of(row: SourceHealth) -> list[str]:
    source = row.source
    facts = [
        kind_name(source.kind),
        n_("{n} post", "{n} posts", row.posts),
        _("{rate} a day").format(rate=count(row.per_day, 1)),
        _("last success: {when}").format(when=when(source.last_success)),
    ]
    if source.kind in SOURCES and source.state == "active":
        facts.append(_("next check: {when}").format(when=when(source.next_check) if source.next_check else _("soon")))
        service = SOURCES[source.kind].service
        if service:
            facts.append(_("with credentials") if service in configured else _("without credentials"))
            quota = usage.get(service)
            if quota is not None and quota.allowed:
                facts.append(_("quota used: {share}").format(share=percent(quota.used / quota.allowed)))
    if source.is_own:
        facts.append(_("ours"))
    return facts


def manage(row: SourceHealth) -> None:
    """What can be done with a source."""
    source = row.source
    if source.kind in SOURCES and source.state != "removed":
        if st.button(_("Try now"), key=f"try-{source.id}", icon=":material/refresh:", width="stretch"):
            try_now(source.id)
            st.rerun()
        paused = source.state != "active"
        if st.button(
            _("Resume") if paused else _("Pause"), key=f"pause-{source.id}", width="stretch",
            icon=":material/play_arrow:" if paused else ":material/pause:",
        ):  # fmt: skip
            set_state(store, source.id, "active" if paused else "paused")
            st.rerun()
        own = st.toggle(
            _("This is ours"), source.is_own, key=f"own-{source.id}",
            help=_("Our posts count as what we did; our replies count as answers to questions."),
        )  # fmt: skip
        if own != source.is_own:
            mark_own(store, source.id, own)
            st.rerun()
        reach = SOURCES[source.kind].reach
        st.caption(reach_sentence(reach))
        if reach != "feed":
            days = st.segmented_control(
                _("Read back"), [7, 30, 90, 365], key=f"days-{source.id}", label_visibility="collapsed",
                format_func=lambda n: n_("{n} day", "{n} days", n),
            )  # fmt: skip
            if st.button(_("Read back"), key=f"back-{source.id}", disabled=not days, width="stretch") and days:
                ask_back(store, source.id, now() - timedelta(days=days))
                say(_("The next checks read it back, piece by piece."))
        st.divider()
    st.caption(_("Remove: what should happen to its posts?"))
    if source.state != "removed" and st.button(_("Keep the posts"), key=f"keep-{source.id}", width="stretch"):
        remove_source(store, source.id, erase_posts=False)
        say(_("Removed; its posts are kept."))
    if st.button(_("Erase the posts"), key=f"erase-{source.id}", width="stretch"):
        erased = remove_source(store, source.id, erase_posts=True)
        say(n_("Removed; {n} post erased.", "Removed; {n} posts erased.", erased))


def followed_source(row: SourceHealth) -> None:
    source = row.source
    words, colour = source_state(row)
    with st.container(border=True, key=f"source-{source.id}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**{escape(source.title or mask_secrets(source.address))}**", width="content")
            with st.container(horizontal=True, vertical_alignment="center", width="content", gap="small"):
                st.badge(words, color=colour)
                with st.popover(_("Manage"), type="tertiary"):
                    manage(row)
        if "://" in source.address and source.title != source.address:
            st.text(mask_secrets(source.address))
        st.caption(" · ".join(escape(fact) for fact in facts_of(row)))
        if source.error_code:
            st.caption(":material/error: " + escape(error_sentence(source.error_code)))
        if source.note:
            st.caption(":material/info: " + escape(note_sentence(source.note)))
        if row.is_quiet:
            st.caption(
                ":material/trending_down: "
                + _("{n} in three days, against {rate} a day usually.").format(
                    n=n_("{n} post", "{n} posts", row.recent), rate=count(row.per_day, 1)
                )
            )
        if source.back_to is not None:
            reached = source.reached or source.added_at or now()
            whole = max((now() - source.back_to).days, 1)
            st.progress(
                min(1.0, max(0.0, (now() - reached).days / whole)),
                _("Reading back to {goal}; now at {reached}.").format(
                    goal=day(source.back_to.date()), reached=day(reached.date())
                ),
            )


def followed() -> None:
    st.subheader(_("Followed"), anchor=False)
    if not rows:
        st.info(_("No source yet. Add a site above to begin."), icon=":material/rss_feed:")
        return
    failing = [row for row in rows if row.source.error_code and row.source.state in {"active", "gone"}]
    quiet = [row for row in rows if row.is_quiet]
    choices = {"": _("All") + f" ({count(len(rows))})"}
    if failing:
        choices["failing"] = _("Failing") + f" ({count(len(failing))})"
    if quiet:
        choices["quiet"] = _("Quieter than usual") + f" ({count(len(quiet))})"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(_("Find a source"), key="find-source", max_chars=200, icon=":material/search:")
        asked = parameter("health") if parameter("health") in choices else ""
        if len(choices) > 1:
            chosen = st.segmented_control(
                _("Which"), list(choices), default=asked, format_func=lambda k: choices[k],
                label_visibility="collapsed", key=f"which-{asked}",
            )  # fmt: skip
            if (chosen or "") != asked:
                set_parameter("health", chosen or "")
                st.rerun()
    attention = {row.source.id: (0 if row in failing else 1 if row in quiet else 2) for row in rows}
    everything = sorted(rows, key=lambda row: (attention[row.source.id], row.source.kind in {"demo", "import"}))
    shown = {"failing": failing, "quiet": quiet}.get(asked, everything)
    if words.strip():
        shown = [r for r in shown if words.strip().lower() in f"{r.source.title} {r.source.address}".lower()]
    pages = max(1, -(-len(shown) // PAGE))
    number = min(st.number_input(_("Page"), 1, pages, 1, key="source-page") if pages > 1 else 1, pages)
    for row in shown[(number - 1) * PAGE : number * PAGE]:
        followed_source(row)
    if not shown:
        st.caption(_("No source matches."))


try:
    known, unreadable = load_credentials(settings), ""
except CredentialsError as error:
    known, unreadable = Credentials(), str(error)
configured, usage = {service for service, _account, _key in known.values}, queries.usage()
rows = queries.sources(url, revision, now().replace(second=0, microsecond=0))
one_box()
follows_any = any(row.source.kind in SOURCES for row in rows)
with st.expander(_("Packs, suggestions, files, credentials"), expanded=not follows_any, icon=":material/add_circle:"):
    tabs = st.tabs(
        [_("Starter packs"), _("Suggested"), _("Import posts"), _("Lists of feeds (OPML)"), _("Credentials")]
    )  # fmt: skip
    for tab, draw in zip(tabs, (packs, suggested, import_posts, opml, access), strict=True):
        with tab:
            draw()
followed()
