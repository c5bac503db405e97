"""Ideas in words: what to publish, why now, for whom; hooks, points and questions of drafts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from dashboard.words.language import LANGUAGE_NAMES, _, count, current, n_
from data.content.ideas import Idea


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


def title_of(item: Idea) -> str:
    """What to publish, in a sentence."""
    facts = item.facts
    label, name = str(facts.get("label", "")), str(facts.get("name", ""))
    if item.kind == "occasion":
        names = facts.get("name", {})
        return _("{day}: tell what it means here").format(day=names.get(current(), names.get("en", "")))
    if item.kind == "milestone":
        thing = (
            n_("{n} person", "{n} people", facts["number"])
            if facts.get("what") == "people"
            else n_("{n} post", "{n} posts", facts["number"])
        )
        return _("Celebrate {thing}, and thank those who made it").format(thing=thing)
    return {
        "faq": _("Answer, in one place, the questions that nobody has answered"),
        "guide": _("A guide to “{label}”: people keep asking"),
        "explain": _("Explain “{label}”: it is new")
        if facts.get("trend") == "new"
        else _("Explain “{label}”: it is on the rise"),
        "poll": _("Ask the community: {question}"),
        "respond": _("Answer the criticism: {question}"),
        "tool": _("Try {name} and tell what it is worth"),
        "testimonial": _("Let happy members speak, with their permission"),
        "fixed": _("Tell what was fixed: {title}"),
        "gap": _("Say something on “{label}”: we are silent there"),
        "words": _("Use their words: {words}"),
        "wish": _("Let people vote on their wishes for “{label}”"),
        "evergreen": _("Publish again what we answered before"),
        "member": _("Member of the month: {author}"),
        "welcome": _("Welcome the newcomers, and tell them where to begin"),
        "wave": _("Confirm or set right a text that goes round"),
        "seasonal": _("Be there before “{label}” comes back"),
    }.get(item.kind, item.kind).format(
        label=label,
        name=name,
        question=facts.get("question", ""),
        title=facts.get("title", ""),
        words=", ".join(facts.get("words", [])),
        author=facts.get("author", ""),
    )


def why_now(item: Idea) -> str:
    """Why this, and why now, in a sentence."""
    facts = item.facts
    words = {
        "faq": n_(
            "{n} question to you waits for an answer.",
            "{n} questions to you wait for an answer.",
            facts.get("questions", 0),
        ),
        "guide": n_(
            "{n} question on it in two months.", "{n} questions on it in two months.", facts.get("questions", 0)
        ),
        "explain": _("Twice and more of what is usual.") if facts.get("rate", 1) >= 2 else _("More than is usual."),
        "poll": _("People are split, and both sides have arguments."),
        "respond": _("Many complain of one thing, and nobody speaks for the other side."),
        "tool": _("People begin to name it, and ask what it is worth."),
        "testimonial": n_(
            "{n} kind word about you in two months.", "{n} kind words about you in two months.", facts.get("posts", 0)
        ),
        "fixed": _("Complaints went from {before} to {after} in as many days.").format(
            before=count(facts.get("before", 0)), after=count(facts.get("after", 0))
        ),
        "gap": n_(
            "{n} question on it, and no word from you in two months.",
            "{n} questions on it, and no word from you in two months.",
            facts.get("questions", 0),
        ),
        "words": _("Many use these words about you; your own posts never do."),
        "wish": n_("{n} wish in two months.", "{n} wishes in two months.", facts.get("wishes", 0)),
        "evergreen": n_(
            "It was asked again, {n} day after your answer.",
            "It was asked again, {n} days after your answer.",
            facts.get("days", 0),
        ),
        "occasion": n_(
            "In {n} day, and people here speak of it.",
            "In {n} days, and people here speak of it.",
            facts.get("days", 0) if isinstance(facts.get("days"), int) else 0,
        ),
        "milestone": _("It was passed in the last two weeks."),
        "member": n_(
            "{n} friendly reply to others in a month.",
            "{n} friendly replies to others in a month.",
            facts.get("replies", 0),
        ),
        "welcome": _("{people} wrote for the first time in two weeks, {before} in the two before.").format(
            people=n_("{n} person", "{n} people", facts.get("people", 0)), before=count(facts.get("before", 0))
        ),
        "wave": n_("{n} copy in two weeks.", "{n} copies in two weeks.", facts.get("copies", 0)),
        "seasonal": _("It comes back with the season."),
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
    if risk >= 0.6:
        return _("Heated: have it read by somebody else first")
    return _("Some heat: mind the tone") if risk >= 0.3 else _("Low")


def audience_words(item: Idea) -> str:
    """For whom."""
    if item.kind == "welcome":
        return _("People who have just arrived")
    if item.kind in {"testimonial", "fixed"}:
        return _("People who hesitate, and those who complained")
    words = _("People who speak of it")
    return f"{words} · {LANGUAGE_NAMES.get(item.lang, '')}".rstrip(" ·")


def hook_of(item: Idea) -> str:
    """The first line of a draft."""
    facts = item.facts
    label = str(facts.get("label", "")).split(",")[0]
    if item.kind == "occasion":
        names = facts.get("name", {})
        return _("{day} is near. Here is what it means to us.").format(day=names.get(current(), names.get("en", "")))
    words = {
        "faq": _("You asked, nobody answered. We do now."),
        "guide": _("{label}: all that you keep asking, in one place."),
        "explain": _("Everybody speaks of {label}. What is it about?"),
        "poll": "{question}",
        "respond": _("You told us what went wrong. Here is what happened, and what we do."),
        "tool": _("We tried {name}. Here is what we found."),
        "testimonial": _("You say it better than we do."),
        "fixed": _("It broke, you told us, we fixed it."),
        "gap": _("{label}: you asked what we think. Here it is."),
        "words": _("We listened to how you say it."),
        "wish": _("What should come first? You choose."),
        "evergreen": _("You ask it again, so here it is again."),
        "milestone": _("{number}, and each of you counts."),
        "member": _("Thank you, {author}!"),
        "welcome": _("New here? Begin with this."),
        "wave": _("You may have read this. What is true of it?"),
        "seasonal": _("{label}: it is that time of the year again."),
    }.get(item.kind, "{label}")
    return words.format(
        label=label,
        name=facts.get("name", ""),
        question=facts.get("question", ""),
        number=count(facts.get("number", 0)),
        author=facts.get("author", ""),
    )


def points_of(item: Idea) -> list[str]:
    """What the draft should say, to be filled in by a person."""
    return {
        "faq": [_("The question as they put it"), _("The answer in two sentences"), _("Where to read more")],
        "guide": [_("Who this is for"), _("The steps, one a line"), _("What often goes wrong")],
        "explain": [_("What changed"), _("Whom it concerns"), _("What you can do today")],
        "poll": [_("Both sides in one sentence each"), _("What you will do with the answers")],
        "respond": [
            _("What happened, with times"),
            _("Who was hit, and how"),
            _("What you do so that it does not happen again"),
        ],
        "tool": [_("What it does well"), _("Where it falls short"), _("For whom it is, and what else there is")],
        "testimonial": [_("The quote, exactly as written"), _("Who says it, with permission")],
        "fixed": [_("What was broken"), _("What changed"), _("Whom to tell if it is not better")],
        "wish": [_("The wishes, one a line"), _("What is possible, and when")],
        "member": [_("What they did"), _("Why it matters to others")],
        "milestone": [_("Where it began"), _("Who made it"), _("What comes next")],
        "welcome": [_("The three things to read first"), _("Where to ask"), _("How to introduce oneself")],
        "wave": [_("What the text says"), _("What is right in it, and what is not"), _("Where this can be checked")],
    }.get(item.kind, [_("What it is about"), _("What is new in it"), _("What you can do")])


def question_of(item: Idea) -> str:
    """The question at the end, that people can answer."""
    return {
        "poll": _("Where do you stand, and why?"),
        "tool": _("Who has tried it? What should we have looked at?"),
        "testimonial": _("And you, what would you say?"),
        "fixed": _("Is it better for you?"),
        "member": _("Whom should we thank next month?"),
        "welcome": _("What brought you here?"),
        "wish": _("Which one would change most for you?"),
        "faq": _("What have we forgotten?"),
    }.get(item.kind, _("How is it where you are?"))


def tags_of(item: Idea, seen: Sequence[str]) -> list[str]:
    """Hashtags: those that people use in the evidence, then words of the subject."""
    own = re.findall(r"\w{4,}", str(item.facts.get("label", "")))[:2]
    if item.kind == "tool":
        own = re.findall(r"\w{3,}", str(item.facts.get("name", "")))
    return list(dict.fromkeys([*seen, *(word.capitalize() for word in own)]))


def filled(template: str, values: dict[str, Any]) -> str:
    """A template with its slots filled in one pass: what stands in a quote is never read as a slot."""
    text = re.sub(r"\{(hook|points|quotes|question|link|tags|brand)\}", lambda slot: str(values[slot[1]]), template)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def problem_words(found: Sequence[str]) -> list[str]:
    words = {
        "too_long": _("Too long for this network: cut it, or make it a thread."),
        "title_long": _("The title is too long for this network."),
        "too_many_tags": _("More hashtags than this network takes."),
        "many_tags": _("So many hashtags do it no good here."),
        "link_dead": _("Nobody can click a link here: say “link in profile”."),
    }
    return [words[name] for name in found]


def customs(channel: str) -> list[str]:
    """What one should know before publishing there."""
    alt = _("Picture {size}; write an alternative text: what does it show, in one sentence?")
    told = {
        "x": [_("The first line decides; a link in a reply costs less reach.")],
        "mastodon": [_("Hashtags with capitals (#CommunityManager) can be read aloud; warn of heavy matters.")],
        "bluesky": [_("Links and names become clickable by themselves; alternative texts are expected.")],
        "linkedin": [_("The first two lines are seen before “more”; three hashtags at the end.")],
        "facebook": [_("Its composer takes only the link: paste the text there.")],
        "instagram": [_("The caption follows the picture; no link can be clicked. It has no composer on the web.")],
        "reddit": [
            _(
                "Read the rules of the subreddit first: many forbid self-promotion. Say who you are, take part, and "
                "publish at most one post of yours in ten."
            )
        ],
        "forum": [_("A question as a title brings more answers than an announcement.")],
        "youtube": [_("The first two lines stand above “more”; chapters as 0:00 lines.")],
        "blog": [_("A title of at most 70 characters is shown whole by search engines.")],
        "newsletter": [_("The subject says what the reader gains, in 60 characters.")],
    }
    return [*told.get(channel, []), alt]
