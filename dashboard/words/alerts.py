"""What an alert says: what, how unusual, since when, where it started. The same words in the app and in messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from dashboard.reads import reputation as reputation_reads
from dashboard.words.language import _, count, moment, n_, percent
from data.alerts.alerts import Alert, AlertFacts, Finding
from data.alerts.destinations import Destination
from data.alerts.rules import AlertRule
from data.models import from_epoch
from insights.alerts.course import Step


def kind_names() -> dict[str, str]:
    return {
        "volume": _("More posts than usual"),
        "tone": _("Tone falls"),
        "event": _("Something new is being said"),
        "conflict": _("A thread tips over"),
        "topic": _("New topic about us"),
        "competitor": _("A competitor in trouble"),
        "quiet": _("A source has gone quiet"),
        "keyword": _("A query finds posts"),
    }


def kind_help() -> dict[str, str]:
    return {
        "volume": _("Far more posts in one to twenty-four hours than this hour of the week usually brings."),
        "tone": _("A far larger share of negative posts than in the four weeks before."),
        "event": _("Words that suddenly fill many posts, whatever they are about."),
        "conflict": _("A discussion that names you, or in a place of yours, turns into a quarrel."),
        "topic": _("A topic that began lately and names you often."),
        "competitor": _("Far more posts than usual on a competitor, more of them negative than before."),
        "quiet": _("A source brought far less for three days than in the weeks before: a fault, or an exodus."),
        "keyword": _("Any post that a query of yours finds."),
    }


def sensitivity_names() -> dict[str, str]:
    return {"low": _("Only the extreme"), "normal": _("Normal"), "high": _("Sensitive")}


def rule_title(rule: AlertRule, brands: Mapping[int, str]) -> str:
    """What a rule is called: the name that a person gave, else its kind and what it watches. `brands`: their names."""
    if rule.name:
        return rule.name
    kind = kind_names().get(rule.kind, rule.kind)
    about = rule.query if rule.kind == "keyword" else brands.get(rule.brand, "")
    return f"{kind} · {about}" if about else kind


def brand_names() -> dict[int, str]:
    return {b.id: b.name for b in reputation_reads.brands()}


def title_of(item: Alert) -> str:
    return rule_title(item.rule, brand_names())


def names_of(kinds: Iterable[str]) -> dict[str, str]:
    """Kind -> its name, without those that are not known any more."""
    names = kind_names()
    return {kind: names[kind] for kind in kinds if kind in names}


def how_unusual(kind: str, facts: AlertFacts) -> str:
    """The figures behind an alert, in a sentence."""
    return _HOW.get(kind, _posts_found)(facts)


def _posts(facts: AlertFacts) -> str:
    return n_("{n} post", "{n} posts", int(facts.count))


def _hours(facts: AlertFacts) -> str:
    return n_("{n} hour", "{n} hours", facts.window)


def _more_posts(facts: AlertFacts) -> str:
    words = _("{posts} in {hours}, where about {expected} are usual at this time of the week.").format(
        posts=_posts(facts), hours=_hours(facts), expected=count(facts.expected, 1)
    )
    if 0 < facts.chance < 1e-9:
        words += " " + _("By chance alone, so much practically never comes.")
    elif 0 < facts.chance < 1e-3:
        looks = count(round(1 / facts.chance, -2))
        words += " " + _("By chance alone, so much comes once in {n} looks.").format(n=looks)
    return words


def _competitor_in_trouble(facts: AlertFacts) -> str:
    shares = _("{share} of them are negative, against {usual} before.").format(
        share=percent(facts.share), usual=percent(facts.usual_share)
    )
    return f"{_more_posts(facts)} {shares}"


def _worse_tone(facts: AlertFacts) -> str:
    words = _("{share} of the posts with a tone are negative in {hours}, against {usual} in four weeks.").format(
        share=percent(facts.count), usual=percent(facts.expected), hours=_hours(facts)
    )
    if facts.cause == "mix":
        words += " " + _(
            "It comes from where people spoke, not from what they think: places with harsher posts weigh more."
        )
    return words


def _new_words(facts: AlertFacts) -> str:
    if not facts.people:  # told before voices and places were counted
        return _("{posts} in {hours} hold words that hardly anybody said before.").format(
            posts=_posts(facts), hours=_hours(facts)
        )
    return _("“{words}”: {posts} from {voices} in {places} within {hours}, hardly ever said here before.").format(
        words=", ".join(facts.words[:3]),
        posts=_posts(facts),
        voices=n_("{n} voice", "{n} voices", facts.people),
        places=n_("{n} place", "{n} places", facts.places),
        hours=_hours(facts),
    )


def _heat(facts: AlertFacts) -> str:
    return _("The exchange grows heated: {heat} of 1 after {posts}.").format(
        heat=count(facts.heat, 2), posts=_posts(facts)
    )


def _new_topic(facts: AlertFacts) -> str:
    return _("“{name}”: {posts} name you.").format(name=facts.name, posts=_posts(facts))


def _quiet_source(facts: AlertFacts) -> str:
    return _("“{name}” brought {posts} in three days, where {expected} are usual.").format(
        name=facts.name, posts=_posts(facts), expected=count(facts.expected, 1)
    )


def _posts_found(facts: AlertFacts) -> str:
    return n_("{n} post found.", "{n} posts found.", int(facts.count))


_HOW: dict[str, Callable[[AlertFacts], str]] = {
    "volume": _more_posts,
    "competitor": _competitor_in_trouble,
    "tone": _worse_tone,
    "event": _new_words,
    "conflict": _heat,
    "topic": _new_topic,
    "quiet": _quiet_source,
}


def since_when(told: Finding | Alert) -> str:
    """Since when it goes on, and how long after it was noticed."""
    began, noticed = (
        (told.began_at, told.noticed_at)
        if isinstance(told, Alert)
        else (from_epoch(told.began), from_epoch(told.noticed))
    )
    return _("Since {began}, noticed {noticed}.").format(began=moment(began), noticed=moment(noticed))


def sending_hours(destination: Destination) -> str:
    """When a destination is written to, in words."""
    if destination.digest_hour >= 0:
        return _("once a day at {hour}:00 ({zone})").format(hour=destination.digest_hour, zone=destination.zone)
    if destination.quiet_from != destination.quiet_to:
        return _("at once, but not from {a}:00 to {b}:00 ({zone})").format(
            a=destination.quiet_from, b=destination.quiet_to, zone=destination.zone
        )
    return _("at once, day and night")


def why_not_sent(error: str) -> str:
    """Why a message did not arrive; what is no reason of ours stays as it is."""
    known = {
        "no_address": _("its address is missing in the credentials file."),
        "unknown_service": _("no service has such an address."),
        "this_computer": _("its address leads to the computer that Vigie runs on, or to a file there."),
        "private_address": _("its address is inside a private network, which the settings do not allow."),
        "sign_in": _("the service does not accept the user name, password or token. Write them again."),
        "mail_refused": _("the mail server refuses the sender or a receiver. Look at both addresses."),
        "gone": _("the service knows no such address any more. Make a new one there and write it here."),
        "busy": _("the service takes no more messages for now. Vigie tries again later."),
        "trouble": _("the service has a problem of its own. Vigie tries again later."),
        "unreachable": _("nothing answers at its address. Look at the server's name, the port and the encryption."),
        "certificate": _("the connection is not secure: the server's certificate or its encryption does not fit."),
        "not_taken": _("the service did not take it. What it answered is in the log of Vigie."),
        "unknown": _("the mail server stopped answering while it took it: it may have arrived. It is not sent twice."),
        "cut_off": _("Vigie was stopped while it was sent: it may have arrived. It is not sent twice."),
    }
    return known.get(error, error)


def service_names() -> dict[str, str]:
    return {
        "mail": _("Mail"),
        "slack": "Slack",
        "teams": "Teams",
        "discord": "Discord",
        "ntfy": "ntfy",
        "webhook": _("Webhook"),
        "other": _("Another service"),
    }


def where_to_find() -> dict[str, str]:
    """Service -> where its address is found there."""
    return {
        "mail": _(
            "Ask whoever looks after your mail for the outgoing (SMTP) server. Gmail and Outlook want an app password, "
            "made in the security settings of the account."
        ),
        "slack": _(
            "In Slack, add the app “Incoming WebHooks” to your workspace and choose a channel: Slack then shows the "
            "“Webhook URL” to copy."
        ),
        "teams": _(
            "In Teams, open the “…” menu of the channel, then Workflows, and choose “Send webhook alerts to a "
            "channel”: at its end Teams shows the address to copy."
        ),
        "discord": _("In Discord, edit the channel, then Integrations, Webhooks, New Webhook, and “Copy Webhook URL”."),
        "ntfy": _(
            "In the ntfy app, subscribe to a topic with a name that nobody guesses, and write that name here: on "
            "ntfy.sh, whoever knows the name reads along."
        ),
        "webhook": _("For another program: it gets JSON by POST, with “title” and “message”."),
        "other": _("Matrix, Telegram, Signal, text messages and many more: write the address as Apprise does."),
    }


def security_names() -> dict[str, str]:
    return {
        "starttls": _("STARTTLS (usual)"),
        "ssl": _("TLS from the start"),
        "insecure": _("None: readable on the way"),
    }


def address_problem(code: str) -> str:
    """What is wrong with an address that was written, and what to do."""
    begins = _("An address of {service} begins with {start}. Copy it whole from there.")
    return {
        "empty": _("Write the address of the service."),
        "unknown": _("No service has such an address. See the list of addresses."),
        "this_computer": _(
            "This address leads to the computer that Vigie runs on, or names a file there. Write one of a service "
            "elsewhere, without options that name files."
        ),
        "slack": begins.format(service="Slack", start="https://hooks.slack.com/services/"),
        "discord": begins.format(service="Discord", start="https://discord.com/api/webhooks/"),
        "teams": _("This is no address of a Teams workflow. Copy it whole: it holds “workflows” and “sig=”."),
        "old_teams": _(
            "Microsoft has closed the connectors that had such addresses. Make a workflow in Teams, as said above, and "
            "write its address here."
        ),
        "mail_missing": _("Write the mail server and to whom it goes."),
        "server": _("Write the mail server by its name alone, as smtp.example.org."),
        "port": _("A port is a number from 1 to 65535."),
        "sender": _("Write from whom it comes: a mail address."),
        "mail": _("Write mail addresses as ana@example.org, with commas between them, at most twenty."),
        "password": _("Write the user name and the password, or neither."),
        "topic_missing": _("Write the topic."),
        "topic": _("A topic has letters, digits, - and _, at most 64."),
        "ntfy_server": _("Write the server alone, as https://ntfy.sh; the topic has its own field."),
        "link": _("An address begins with http:// or https://."),
    }.get(code, _("This value is not possible here."))


def step_names() -> dict[str, str]:
    return {
        "origin": _("It begins"),
        "crossing": _("It reaches another place"),
        "relay": _("It is copied"),
        "loud": _("A loud post"),
        "asked": _("First thing asked of us"),
        "answer": _("We speak"),
    }


def step_words(step: Step, author: str) -> str:
    """A step of the timeline without its post. `author`: as whoever wrote it is named here, "" for no name."""
    words = step_names()[step.kind]
    if step.kind == "crossing":
        words = _("It reaches {place}").format(place=step.post.place)
    elif step.kind == "relay":
        words = _("Copied in {place}, from {other}").format(place=step.post.place, other=step.other)
    told = step.kind in {"crossing", "relay"}  # the place is told already
    parts = [words, author or _("no name given"), *([] if told else [step.post.place]), moment(step.post.at)]
    return " · ".join(parts)
