"""Codes -> sentences: what went wrong, and what to do, as one would say it."""

from __future__ import annotations

from dashboard.language import _


def error_sentence(code: str) -> str:
    """What an error of a source means."""
    return {
        "bad_address": _("This is not a web address. It should look like https://example.org."),
        "private_address": _("This address is inside a private network, which Vigie does not read unless allowed."),
        "unknown_host": _("No server answers to this name. Check the spelling."),
        "unreachable": _("The server did not answer. It may be down; the next check will try again."),
        "timeout": _("The server took too long to answer. The next check will try again."),
        "tls_error": _("The secure connection failed. The site's certificate may have expired."),
        "too_many_redirects": _("The site sends from one address to another without end."),
        "redirect_loop": _("The site sends back to an address already visited."),
        "too_large": _("The answer is larger than the limit. Ask the site for a shorter feed."),
        "bad_compression": _("The answer is compressed in a way that is refused."),
        "not_a_feed": _("This is a page, and no feed was found there. Try the address of its blog or news section."),
        "broken_feed": _("The feed is damaged beyond reading. Tell the site's owner."),
        "empty_body": _("The answer is empty."),
        "bad_answer": _("The answer does not have the expected form."),
        "gone": _("The site says this feed is gone for good. It has been paused."),
        "not_found": _("There is nothing at this address any more."),
        "forbidden": _("The site refuses access."),
        "login_needed": _("The site asks for a login."),
        "too_many_requests": _("The site asks to slow down. The next check waits as long as it asked."),
        "server_error": _("The site has a fault of its own. The next check will try again."),
        "refused": _("The site refused the request."),
        "bad_file": _("This file cannot be read. Save it again as CSV or XLSX, or export the list as OPML."),
    }.get(code, _("Something unexpected happened. The next check will try again."))


def row_problem(code: str) -> str:
    """Why a row of a file was left out."""
    return {
        "no_text": _("it holds no text"),
        "bad_date": _("its date cannot be read; write it as 2026-03-31"),
        "unreadable": _("it is damaged"),
    }.get(code, _("it is damaged"))


def job_name(kind: str) -> str:
    return {"collect": _("Collecting"), "refresh": _("Understanding"), "import": _("Importing")}.get(kind, kind)


def job_state(state: str) -> tuple[str, str]:
    """(words, colour)."""
    return {
        "running": (_("Running"), "blue"),
        "done": (_("Done"), "green"),
        "failed": (_("Failed"), "red"),
        "interrupted": (_("Interrupted; it goes on at the next run"), "orange"),
    }.get(state, (state, "gray"))


def step_name(step: str) -> str:
    return {
        "understand": _("reading posts"),
        "vectors": _("comparing posts"),
        "topics": _("grouping into topics"),
        "count": _("counting"),
        "brands": _("looking for names"),
    }.get(step, step)
