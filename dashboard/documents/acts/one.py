"""An act that waits for approval, as a page for who holds its link: exactly what will stand there, and under what."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.words.acts.told import deed_names
from dashboard.words.language import _, current, moment, n_, zone
from dashboard.words.sources import kind_name
from data.acting.kept import KeptAct
from data.acting.pictures import ItemPicture
from data.models import Post
from data.posts.quotes import quote_of
from data.sharing.document import Comment, Document, Look, Quotes, Section, Words


def document_of(
    kept: KeptAct, post: Post | None, pictures: Sequence[ItemPicture] = (), *, look: Look | None = None
) -> Document:
    """The act in the language that is spoken; `post` is what it is about, in its author's words and under their name.
    Pictures are told by their descriptions: a shared page shows none."""
    deed = deed_names().get(kept.deed, kept.deed)
    facts = [_("What is done: {words}").format(words=deed), _("Where: {words}").format(words=kind_name(kept.network))]
    for words, value in (
        (_("Place: {words}"), kept.place),
        (_("With the account of: {words}"), kept.account),
        (_("Rule that it invokes: {words}"), kept.rule),
        (_("Reason: {words}"), kept.reason),
    ):
        if value:
            facts.append(words.format(words=value))
    facts.append(_("Goes out {moment}, or as soon as it is approved").format(moment=moment(kept.due_at)))
    sections = [Section("", _("In short"), tuple(Words(fact, "item") for fact in facts))]
    words_of_it = tuple(Comment(words) for words in (kept.title, kept.text) if words)
    if words_of_it:
        sections.append(Section("", _("So it will stand there, word for word"), words_of_it))
    if pictures:
        told = tuple(Words(f"{one.name}: {one.alt}", "item") for one in pictures)
        title = n_("{n} picture, told by its description", "{n} pictures, told by their descriptions", len(pictures))
        sections.append(Section("", title, told))
    if post is not None:
        sections.append(Section("", _("The post that it is about"), (Quotes("", (quote_of(post),)),)))
    title = _("To approve: {deed}, {network}").format(deed=deed, network=kind_name(kept.network))
    made = _("as it stood {moment}").format(moment=moment(kept.asked_at))
    return Document(title, "", current(), made, tuple(sections), zone=str(zone()), look=look or Look())
