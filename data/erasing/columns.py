"""Which columns of text may hold traces of a person, and why the others cannot; a test asks each for its place."""

from __future__ import annotations

# Found by the program, or said by people about posts: names, and words in a row, are taken out.
WALKED: dict[str, tuple[str, ...]] = {
    "act": ("text", "title", "reason", "rule", "place", "seen", "detail"),
    "act_try": ("detail",),
    "action": ("title", "url", "note", "effect"),
    "alert": ("key", "posts", "facts"),
    "alert_rule": ("name", "query"),
    "brand": ("accounts", "expert", "matched"),
    "calendar_item": ("title", "note", "subject", "drafts", "url"),
    "change": ("subject", "before", "after"),
    "content_template": ("text",),
    "debate": ("question", "place", "facts", "root_id"),
    "delivery": ("error",),
    "event": ("title", "rules", "answers"),
    "event_draw": ("reason", "seed_from"),
    "event_exclusion": ("reason",),
    "fact": ("questions", "text", "source"),
    "guest_answer": ("name", "text"),
    "idea": ("facts", "why", "posts", "reason"),
    "item_picture": ("name", "alt"),
    "job": ("message", "error"),
    "mailing": ("error",),
    "moderation": ("reasons",),
    "own_occasion": ("name", "words"),
    "place_finding": ("subject", "detail", "stands_on"),
    "post_stance": ("target", "grants"),
    "reply_template": ("text",),
    "report": ("name", "comments", "notes"),
    "saved_view": ("name", "parameters"),
    "snapshot": ("title", "note", "parameters", "question"),
    "source": ("title", "site", "folder", "redirect_to", "error_detail", "cursor"),
    "suggestion": ("title", "examples"),
    "thread_heat": ("parts",),
    "ticket": ("title", "note", "url", "error"),
    "tool": ("facts", "note"),
    "topic": ("label", "person_label", "terms", "wordings", "representatives", "first_terms", "trend_facts"),
    "topic_change": ("detail",),
    "topic_part": ("label",),
    "triage": ("note",),
    "triage_event": ("before", "after"),
    "venue": ("title", "about", "facts", "sample", "rules"),
    "venue_step": ("note",),
    "verbatim": ("tags",),
    "watch": ("words",),
}
_TEAM = "the name of one of the team, as they signed"
_WORDS = "one of a few words of the program"
_ID = "a number, a date, a key or a digest"
_GONE = "its rows go with the post or the person"


def _for(reason: str, columns: str) -> dict[str, str]:
    return dict.fromkeys(columns.split(), reason)


CANNOT: dict[str, str] = {
    **_for(
        _TEAM,
        """
        act.asked_by act.approved_by action.who alert_channel.person assignment_notice.name assignment_notice.who
        change.who fact.owner idea.who snapshot.who tool.who tool.assigned triage.assigned
        triage.starred triage.seen triage.handled triage_event.who calendar_item.owner debate.dismissed post_label.who
        tone_check.who verbatim.who visit.viewer habit.viewer ticket.who venue_step.who
        event.who event_exclusion.who event_draw.closed_by event_draw.drawn_by
        """,
    ),
    **_for(
        _WORDS,
        """
        habit.name habit.value ticket.outcome place_finding.code place_finding.state
        act.deed act.network act.source_kind act.lang act.state act.aim act.error act_try.step act_try.outcome
        item_picture.media_type access.kind access.names access.lang action.kind alert.kind alert.state
        alert_channel.lang alert_channel.zone alert_channel.state alert_channel.takes alert_channel.notices
        assignment_notice.state assignment_notice.error alert_rule.kind alert_rule.sensitivity
        alert_rule.state brand.kind brand.made_by brand_aspect_day.aspect brand_source_day.lang calendar_item.format
        brand_lang_day.lang calendar_item.channel calendar_item.lang calendar_item.status change.action debate.state
        content_template.format content_template.lang debate.source_kind debate.lang delivery.state idea.kind
        fact.kind fact.lang fact_vector.model event.kind event.lang event_mark.mark
        idea.formats idea.lang idea.state inquiry.kind job.kind job.state lease.name local_model.state local_model.base
        mailing.state place_people_week.source_kind place_week.source_kind
        post.source_kind post.lang post.sentiment reply_template.kind
        reply_template.tone reply_template.lang report.lang report.names report.blocks service_usage.service
        snapshot.page snapshot.names snapshot.asks guest_answer.kind guest_answer.state
        source.kind source.state source.error_code source.note subscription.kind
        subscription.lang subscription.zone subscription.state suggestion.kind thread_heat.source_kind
        tool.state tool.stage tool.decision topic.trend topic.made_by topic_change.kind topic_change.made_by
        topic_fit.model triage.decision triage_event.field watch.model word_tone.tone vector.model
        venue.kind venue.found venue.error venue.state venue_post.role venue_step.state
        """,
    ),
    **_for(
        _ID,
        """
        act.key act.holder act.native_id act.url
        event_draw.digest event_draw.seed event_entry.code fact.valid_from fact.valid_until fact_vector.digest
        access.digest alert.snoozed alert_channel.address alert_channel.digested calendar_item.day
        lease.holder mailing.edition meta.key own_occasion.key own_occasion.day service_usage.period
        snapshot.digest snapshot.secret source.etag source.last_modified subscription.address tool.to_test
        triage.snoozed verbatim.digest
        """,
    ),
    **_for(
        _GONE,
        """
        author_day.author author_week.source_kind author_week.author
        member_week.source_kind member_week.community member_week.author mention.sentiment mention.lang
        own_account.author post_aspect.aspect post_aspect.sentiment post_intent.intent post_label.field
        post_label.value tone_check.predicted tone_check.actual tone_check.lang post.author post.native_id
        tool_post.cue tool_post.tone act.target act.target_url event_exclusion.source_kind event_exclusion.author
        """,
    ),
    **_for(
        "what the team chose to follow: erased on its own page, and listed before a person is erased",
        """
        brand.name brand.aliases brand.hashtags brand.exclusions brand.context word_tone.word event.hashtag
        """,
    ),
    **_for(
        "the name that the team gave to a receiver",
        """
        access.name alert_channel.name subscription.name
        """,
    ),
    **_for(
        "a place, not a person",
        """
        post.community place_people_week.community place_week.community
        place_check.place place_finding.place ticket.tracker act.account
        venue.address venue.rules_url
        """,
    ),
    **_for(
        "ids of erased posts are replaced there",
        """
        post.root_id post.parent_id thread_heat.root_id
        """,
    ),
    **_for(
        "walked in its own way: names become stars, as many as letters, so that positions stay",
        """
        post_text.title post_text.received post_text.plain post_text.url
        """,
    ),
    **_for(
        "a source or a suggestion of that name is let go",
        """
        source.address suggestion.address
        """,
    ),
    **_for(
        "rows about the person go; a tool is not a person",
        """
        idea.key tool.key tool.name
        """,
    ),
    "meta.value": "settings of the record and its salt",
}
QUERIES = {
    "alert_rule.query",
    "brand.expert",
    "brand.matched",
    "brand.accounts",
    "saved_view.parameters",
    "snapshot.parameters",
}
# Words that the program chose from posts: one that no post left holds was the erased person's.
CHOSEN = {"topic", "topic_part", "suggestion", "alert", "idea", "tool"}
