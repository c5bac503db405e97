"""Ideas in words: what to publish, why now, for whom, on what evidence; names of formats, channels and states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.words.language import _, count, current, language_name, n_
from data.content.ideas import Idea, IdeaFacts
from data.content.themes import reference_themes

HEATED = 0.6  # of risk


def kind_names() -> dict[str, str]:
    return {
        "faq": _("Questions without an answer"),
        "guide": _("Much asked"),
        "explain": _("On the rise"),
        "poll": _("Debate"),
        "respond": _("Criticism to answer"),
        "tool": _("New tool"),
        "testimonial": _("Kind words"),
        "fixed": _("Fixed: say so"),
        "gap": _("We are silent there"),
        "words": _("Their words"),
        "wish": _("Wishes"),
        "evergreen": _("Asked again"),
        "occasion": _("A day that comes"),
        "milestone": _("Milestone"),
        "member": _("A member who helps"),
        "welcome": _("Newcomers"),
        "wave": _("A text that goes round"),
        "seasonal": _("Comes back with the season"),
        "silent": _("In the news: stay silent"),
    }


def format_names() -> dict[str, str]:
    return {
        "post": _("Post"),
        "thread": _("Thread"),
        "carousel": _("Carousel"),
        "video": _("Short video"),
        "article": _("Article"),
        "faq": _("Questions and answers"),
        "newsletter": _("Newsletter item"),
        "poll": _("Poll"),
        "quiz": _("Quiz"),
        "contest": _("Contest"),
        "ama": _("Ask me anything"),
        "meetup": _("Meetup"),
        "member": _("Member of the month"),
    }


def content_channels() -> dict[str, str]:
    return {
        "x": "X",
        "mastodon": "Mastodon",
        "bluesky": "Bluesky",
        "linkedin": "LinkedIn",
        "facebook": "Facebook",
        "instagram": "Instagram",
        "reddit": "Reddit",
        "forum": _("Forum"),
        "youtube": "YouTube",
        "blog": _("Blog"),
        "newsletter": _("Newsletter"),
    }


def status_names() -> dict[str, str]:
    return {
        "idea": _("Idea"),
        "draft": _("Draft"),
        "ready": _("Ready"),
        "published": _("Published"),
        "dropped": _("Dropped"),
    }


def reason_names() -> dict[str, str]:
    return {
        "not_us": _("Not our subject"),
        "done": _("Done already"),
        "too_much": _("Too much work"),
        "risky": _("Too risky"),
        "weak": _("Weak evidence"),
        "other": _("Another reason"),
    }


def part_names() -> dict[str, str]:
    return {
        "demand": _("How many people"),
        "now": _("Why now"),
        "interest": _("Expected interest"),
        "learned": _("What you kept before"),
        "effort": _("Effort"),
        "risk": _("Risk"),
    }


def day_name(names: Mapping[str, str]) -> str:
    """The name of a day in the language that is spoken."""
    return names.get(current(), names.get("en", ""))


def subject_of(facts: IdeaFacts) -> str:
    """What a subject is called: the words that its posts share, as one would say them."""
    words = (facts.names.get(current()) or facts.label or facts.question or facts.name).split(" · ")[0].split(", ")[:2]
    first = words[0][:1].upper() + words[0][1:]
    return _("{one} and {other}").format(one=first, other=words[1]) if len(words) > 1 else first


def theme_names(keys: Sequence[str]) -> list[str]:
    """What themes to stay out of are called."""
    known = {theme.key: day_name(theme.name) for theme in reference_themes()}
    return [known.get(key) or _("Words of your own") for key in keys]


def title_of(item: Idea) -> str:
    """What to publish, in a sentence."""
    facts = item.facts
    if item.kind == "occasion":
        return _("{day}: tell what it means here").format(day=day_name(facts.names))
    if item.kind == "milestone":
        thing = (
            n_("{n} person", "{n} people", facts.number)
            if facts.what == "people"
            else n_("{n} post", "{n} posts", facts.number)
        )
        return _("Celebrate {thing}, and thank those who made it").format(thing=thing)
    return {
        "faq": _("Answer, in one place, the questions that nobody has answered"),
        "guide": _("{subject}: write the guide that people keep asking for"),
        "explain": _("{subject}: more and more people complain, say what you do about it")
        if item.risk >= HEATED
        else _("{subject}: people have begun to talk about it, tell them where things stand")
        if facts.trend == "new"
        else _("{subject}: people talk about it more and more, tell them where things stand"),
        "poll": _("Ask the community: {question}"),
        "respond": _("Answer the criticism: {question}"),
        "tool": _("Try {name} and tell what it is worth"),
        "testimonial": _("Let happy members speak, with their permission"),
        "fixed": _("Tell what was fixed: {title}"),
        "gap": _("{subject}: people ask about it, and you have said nothing yet"),
        "words": _("Use their words: {words}"),
        "wish": _("{subject}: let people vote on what should come first"),
        "evergreen": _("Publish again what we answered before"),
        "member": _("Member of the month: {author}"),
        "welcome": _("Welcome the newcomers, and tell them where to begin"),
        "wave": _("Confirm or set right a text that goes round"),
        "seasonal": _("{subject}: it comes back every year, be there before"),
        "silent": _("{subject}: in the news, stay silent"),
    }.get(item.kind, item.kind).format(
        subject=subject_of(facts),
        name=facts.name,
        question=facts.question,
        title=facts.title,
        words=", ".join(facts.words),
        author=facts.author,
    )


def why_now(item: Idea) -> str:
    """Why this, and why now, in a sentence."""
    facts = item.facts
    words = {
        "faq": n_(
            "{n} question to you waits for an answer.",
            "{n} questions to you wait for an answer.",
            facts.questions,
        ),
        "guide": n_("{n} question on it in two months.", "{n} questions on it in two months.", facts.questions),
        "explain": _("Twice and more of what is usual.") if facts.rate >= 2 else _("More than is usual."),
        "poll": _("People are split, and both sides have arguments."),
        "respond": _("Many complain of one thing, and nobody speaks for the other side."),
        "tool": _("People begin to name it, and ask what it is worth."),
        "testimonial": n_(
            "{n} kind word about you in two months.", "{n} kind words about you in two months.", facts.posts
        ),
        "fixed": _("Complaints went from {before} to {after} in as many days.").format(
            before=count(facts.before), after=count(facts.after)
        ),
        "gap": n_(
            "{n} question on it, and no word from you in two months.",
            "{n} questions on it, and no word from you in two months.",
            facts.questions,
        ),
        "words": _("Many use these words about you; your own posts never do."),
        "wish": n_("{n} wish in two months.", "{n} wishes in two months.", facts.wishes),
        "evergreen": n_(
            "It was asked again, {n} day after your answer.",
            "It was asked again, {n} days after your answer.",
            facts.days,
        ),
        "occasion": n_(
            "In {n} day, and people here speak of it.",
            "In {n} days, and people here speak of it.",
            facts.days,
        ),
        "milestone": _("It was passed in the last two weeks."),
        "member": n_(
            "{n} friendly reply to others in a month.",
            "{n} friendly replies to others in a month.",
            facts.replies,
        ),
        "welcome": _("{people} wrote for the first time in two weeks, {before} in the two before.").format(
            people=n_("{n} person", "{n} people", facts.people), before=count(facts.before)
        ),
        "wave": n_("{n} copy in two weeks.", "{n} copies in two weeks.", facts.copies),
        "seasonal": _("It comes back with the season."),
        "silent": _("Themes you stay out of: {themes}.").format(themes=", ".join(theme_names(facts.themes))),
    }
    return words.get(item.kind, "")


def evidence_words(item: Idea) -> str:
    """How many posts, people, places and days speak for it."""
    return _("{posts} from {authors} in {places}, over {days}").format(
        posts=n_("{n} post", "{n} posts", item.total),
        authors=n_("{n} author", "{n} authors", item.people),
        places=n_("{n} place", "{n} places", item.places),
        days=n_("{n} day", "{n} days", item.days),
    )


def interest_words(item: Idea) -> str:
    """What such posts usually get here, with the sample."""
    if item.interest is None:
        return _("This network gives no reactions: interest is not known.")
    words = (
        _("Posts like these get more reactions than is usual here")
        if item.interest >= 0.58
        else _("Posts like these get fewer reactions than is usual here")
        if item.interest <= 0.42
        else _("Posts like these get as many reactions as is usual here")
    )
    return words + " (" + n_("{n} post", "{n} posts", item.sample) + ")."


def effort_words(effort: float) -> str:
    if effort <= 0.15:
        return _("Half an hour")
    if effort <= 0.35:
        return _("Two hours")
    return _("Half a day") if effort <= 0.6 else _("A day")


def risk_words(risk: float) -> str:
    if risk >= HEATED:
        return _("Heated: have it read by somebody else first")
    return _("Some heat: mind the tone") if risk >= 0.3 else _("Low")


def audience_words(item: Idea) -> str:
    """For whom."""
    if item.kind == "welcome":
        return _("People who have just arrived")
    if item.kind in {"testimonial", "fixed"}:
        return _("People who hesitate, and those who complained")
    words = _("People who speak of it")
    return f"{words} · {language_name(item.lang)}".rstrip(" ·")
