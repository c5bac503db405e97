"""Drafts in words: hooks, points and questions of an idea, templates filled in, what each channel asks for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dashboard.words.debates import alternatives_in
from dashboard.words.ideas import day_name, subject_of
from dashboard.words.language import _, count
from data.content.ideas import Idea
from data.models import Post, web_link
from data.posts.quotes import passage
from insights.ideas.networks import CHANNELS, fit, tags_in
from insights.ideas.quiz import questions

QUOTES = 3
QUOTED = 220  # characters of a quote in a draft


@dataclass(frozen=True, slots=True)
class Parts:
    """What the slots of a template hold. `points` and `quotes` are lines."""

    hook: str
    points: str
    quotes: str
    question: str
    link: str
    tags: tuple[str, ...]
    brand: str


def parts_of(item: Idea, posts: Sequence[Post], link: str, brand: str, *, quiz: bool = False) -> Parts:
    """The parts of a draft, in the language that is spoken. `quiz`: questions from facts stand for quotes, if any."""
    seen = Counter(tag for post in posts for tag in tags_in(post.plain[:2_000]))
    return Parts(
        hook=hook_of(item),
        points="\n".join(f"- {point}" for point in points_of(item)),
        quotes=(quiz_of(posts) if quiz else "") or quotes_of(posts),
        question=question_of(item),
        link=link,
        tags=tags_of(item, [tag for tag, _n in seen.most_common(3)]),
        brand=brand,
    )


def hook_of(item: Idea) -> str:
    """The first line of a draft."""
    facts = item.facts
    if item.kind == "occasion":
        return _("{day} is near. Here is what it means to us.").format(day=day_name(facts.names))
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
        label=subject_of(facts),
        name=facts.name,
        question=facts.question,
        number=count(facts.number),
        author=facts.author,
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


def tags_of(item: Idea, seen: Sequence[str]) -> tuple[str, ...]:
    """Hashtags: those that people use in the evidence, then words of the subject."""
    own = (
        re.findall(r"\w{3,}", item.facts.name)
        if item.kind == "tool"
        else re.findall(r"\w{4,}", subject_of(item.facts))[:2]
    )
    return tuple(dict.fromkeys([*seen, *(word.capitalize() for word in own)]))


def quotes_of(posts: Sequence[Post], number: int = QUOTES) -> str:
    """Exact words of the evidence, one a line, by different people, under no name."""
    seen: set[str] = set()
    lines = []
    for post in posts:
        words = passage(post.plain, stop=min(len(post.plain), QUOTED)).strip()
        if post.author in seen or len(words) < 20 or "\n" in words:
            continue
        seen.add(post.author)
        lines.append(f"“{words}”")
        if len(lines) == number:
            break
    return "\n".join(lines)


def quiz_of(posts: Sequence[Post]) -> str:
    """Questions from facts that the posts state, each with its answer and the link to the post; "" for none."""
    links = {post.id: post.url for post in posts if web_link(post.url)}
    lines = []
    for number, asked in enumerate(questions([(post.id, post.plain) for post in posts]), start=1):
        options = "  ".join(f"({letter}) {words}" for letter, words in zip("abc", asked.options, strict=True))
        answer = _("Answer: {letter}").format(letter="abc"[asked.right])
        lines.append(f"{number}. {asked.text}\n{options}\n{answer} {links.get(asked.post, '')}".rstrip())
    return "\n".join(lines)


def filled(template: str, parts: Parts) -> str:
    """A template with its slots filled in one pass: what stands in a quote is never read as a slot."""
    slots = {
        "hook": parts.hook,
        "points": parts.points,
        "quotes": parts.quotes,
        "question": parts.question,
        "link": parts.link,
        "tags": " ".join(f"#{tag}" for tag in parts.tags),
        "brand": parts.brand,
    }
    text = re.sub(r"\{(hook|points|quotes|question|link|tags|brand)\}", lambda slot: slots[slot[1]], template)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def asking(template: str, item: Idea) -> str:
    """The template of a poll with the two sides of its question: "this or that?" is not answered by yes or no."""
    pair = alternatives_in(item.facts.question) if item.kind == "poll" else None
    if pair is None:
        return template
    return re.sub(r"- (?:Yes|Oui)\n- (?:No|Non)\n", lambda _found: f"- {pair[0]}\n- {pair[1]}\n", template)


def draft_for(channel: str, parts: Parts, template: str) -> str:
    """The draft of a channel: its template, then the customs and the limit of the network."""
    held = CHANNELS[channel]
    parts = replace(parts, tags=parts.tags[: held.tags], link=parts.link if held.links else "")
    whole = filled(template, parts)
    if not held.limit or held.threads or held.length(whole) <= held.limit:
        return whole
    return fit(channel, parts.hook, parts.question, parts.link, list(parts.tags))


def problem_words(problems: Sequence[str]) -> list[str]:
    words = {
        "too_long": _("Too long for this network: cut it, or make it a thread."),
        "title_long": _("The title is too long for this network."),
        "too_many_tags": _("More hashtags than this network takes."),
        "many_tags": _("So many hashtags do it no good here."),
        "link_dead": _("Nobody can click a link here: say “link in profile”."),
    }
    return [words[name] for name in problems]


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
