"""How to read each page, in five lines."""

from __future__ import annotations

from dashboard.words.language import _


def how_to_read() -> dict[str, tuple[str, ...]]:
    """Page, by its path in the address -> its lines."""
    return {**_watching(), **_understanding(), **_acting(), **_sharing()}


def _watching() -> dict[str, tuple[str, ...]]:
    return {
        "overview": (
            _("The box at the top tells what came since your last visit; choose how long you have."),
            _("Each figure is set against the days named under the title, and opens its posts."),
            _("A red mark is a day far above the four weeks before it. Click a bar to read that day."),
            _("Tone is estimated; where the program is unsure it says so and counts the post as unsure."),
            _("Posts at the bottom are the newest, or those behind what you clicked."),
        ),
        "mentions": (
            _("“To answer” holds questions and complaints addressed to you that nobody of yours has answered."),
            _("“To judge” lists what may be an attack, riskiest first: an estimate, for a person to decide."),
            _("“What spreads” ranks posts by how fast they are shared or carried on; what nobody counts is said."),
            _("Filters add up and stay in the address: any view is a link, and can be kept under a name."),
            _("“Compact” shows more on a screen; ? lists the keys that save the mouse, and Undo waits ten seconds."),
            _("What you correct lasts, and the program learns from it."),
        ),
        "alerts": (
            _("A rule watches for what is out of the ordinary; nothing is told twice."),
            _("Under each alert stands how rare it is by chance alone."),
            _("Before you keep a rule, its rehearsal shows what it would have told in 90 days."),
            _("An event can be followed: how it began, who carried it, what came of it."),
            _("Channels send alerts at once or once a day; try each with a test."),
        ),
    }


def _understanding() -> dict[str, tuple[str, ...]]:
    return {
        "topics": (
            _("A topic is a group of posts alike in meaning; a post that fits none is left out of all."),
            _("The trend compares the last 7 or 21 days with the weeks before, and says so when they are too few."),
            _("Names are made from typical words; rename, merge, split or hide them: what you do stays."),
            _("“Two periods” shows which topics are new, gone, grew or shrank, beyond chance."),
            _("On the map, posts near each other say near things; the axes have no meaning."),
        ),
        "debates": (
            _("A debate has two camps that people can be told to stand in, from what they say and whom they answer."),
            _("The score of controversy goes from 0 to 100, with the interval that holds it nine times in ten."),
            _("Where many complain and nobody defends, it is criticism and not a debate: it stands apart."),
            _("Each argument opens the posts that make it, word for word."),
            _("A wrong side can be corrected: the others are placed anew with it."),
        ),
        "tools": (
            _("A name is listed where a link, a sentence or people in two places say that it is a tool."),
            _("The middle of the radar is what most people use; sectors are subjects."),
            _("What says that it is a tool is quoted: a definition is somebody's own words."),
            _("Where one person wrote most of it, it is named as promotion."),
            _("Your decision (to test, adopted, not for us) takes it off the radar or keeps it in view."),
        ),
        "reputation": (
            _("Net sentiment is positive less negative, from −1 to 1, corrected for how often the program is wrong."),
            _("Between the two figures under it lies the true one, nine times in ten."),
            _("“No clear change” means that the move is smaller than that error."),
            _("“What moved it” tells opinion apart from where people spoke."),
            _("Read a hundred posts under “How sure?”, and the error is that of your own posts."),
        ),
        "people": (
            _("Counted by whole weeks, from Monday; a name in two networks is two authors."),
            _("New, back again, loyal and drifting away compare the period with the twelve weeks before."),
            _("Reach is what the posts drew: reactions, replies, shares."),
            _("Names can be hidden on a screen that others see; files hold pseudonyms only."),
            _("Communities are places; “our themes without us” are those where you are missing."),
            _("Where to go lists places to speak that your posts lead to, with their rules and what came of it."),
        ),
    }


def _acting() -> dict[str, tuple[str, ...]]:
    return {
        "ideas": (
            _("Each idea comes from what people say, and opens it."),
            _("The order weighs how many ask, interest, effort and risk; “Why now” says how much each counts."),
            _("What touches a theme to stay out of is never an idea: it stands under “in the news”."),
            _("A draft starts from their words; check it before anything goes out."),
            _("What you keep or dismiss changes the order of those to come."),
        ),
        "calendar": (
            _("What is planned, by day; what has no date yet stands below. Drag an item to another day, or open it."),
            _("Each item holds its text for each channel and the pictures it needs."),
            _("A link to its brief asks somebody without an account for an approval."),
            _("Vigie publishes nothing unless you ask for it; what is published is found again among your posts."),
            _("What it brought is measured from the third day on."),
            _("Events gather who takes part, by hashtag or thread; a draw among them can be checked by anybody."),
        ),
    }


def _sharing() -> dict[str, tuple[str, ...]]:
    return {
        "reports": (
            _("A report puts findings in order, with your comments, which stay for the next edition."),
            _("A shared link opens a frozen copy: it says the same tomorrow, and can be revoked."),
            _("Authors have pseudonyms unless you ask for their names."),
            _("Recipients get the brief or a report at their hour, in their language."),
            _("“Other programs” gives tokens that read and do nothing else."),
        ),
        "sources": (
            _("Paste an address, a handle, a hashtag or r/name: Vigie says what it found before you follow it."),
            _("A source that fails says why, and is tried again later and later."),
            _("A blind spot is a time that could not be read: figures of it are too low."),
            _("Mark what is yours: your posts are then no opinion about you."),
            _("A file of posts is checked before it is imported; rows left out are named with their reason."),
        ),
        "activity": (
            _("What Vigie is doing, has done, and where it stopped."),
            _("A run that was interrupted goes on at the next."),
            _("“What is kept” says what is held about people, why and how long."),
            _("One person's posts can be saved in a file, or erased for good."),
            _("“Who did what” lists every change with what stood there before."),
        ),
        "settings": (
            _("These settings are of this workspace alone."),
            _("Name, logo and colour stand on reports and on shared pages."),
            _("Keys and tokens can be entered and replaced, and are never shown again."),
            _("What is not here stands in the file of settings, and docs/settings.md lists it."),
            _("A workspace is one brand or client: nothing of one shows in another."),
        ),
    }
