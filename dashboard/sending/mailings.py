"""Send the morning brief and reports to who asked for them, each in their language and at their hour.

What fails is tried again, later and later, and is shown with its reason, as alerts are.
"""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from dashboard.documents import frame as frames
from dashboard.documents.frame import Frame
from dashboard.documents.morning import brief_of
from dashboard.documents.of_report import report_document
from dashboard.files.letter import Letter, brief_html, document_html
from dashboard.files.pdf import OutputError, as_pdf
from dashboard.files.text import brief_text, document_text
from dashboard.reads import cache
from dashboard.sending.alerts import revealed, send
from dashboard.words.language import _, day, speaking
from data.actor import needs
from data.scope import Scope
from data.settings import Settings
from data.sharing.reports import one_report
from data.sharing.subscriptions import Subscription, due_mailings, note_mailing, queue_mailings, subscriptions
from data.store import Store

MOST_TEXT = 20_000  # characters of a message; the PDF holds the whole report


class Missing(ValueError):
    """What a recipient asked for is gone."""


def send_mailings(store: Store, settings: Settings, now: datetime) -> tuple[int, int]:
    """Send the editions that are due; gives (sent, failed)."""
    queue_mailings(store, now)
    with store.read() as connection:
        due = due_mailings(connection, now)
        known = {item.id: item for item in subscriptions(connection)}
    sent = failed = 0
    for mailing in due:
        item = known.get(mailing.subscription)
        if item is None or not item.is_on:
            continue
        hour = datetime.combine(date.fromisoformat(mailing.edition), time(item.hour), ZoneInfo(item.zone))
        with cache.one_record(store.url):
            error = send_edition(item, settings, hour.astimezone(UTC), now)
        note_mailing(store, mailing, now, error)
        sent, failed = (sent, failed + 1) if error else (sent + 1, failed)
    return sent, failed


@needs("editor")
def send_edition(item: Subscription, settings: Settings, at: datetime, now: datetime) -> str:
    """Send the edition of a moment to its recipient; gives "" once it was taken, else why not."""
    with tempfile.TemporaryDirectory(prefix="vigie-mail-") as folder:
        try:
            letter, file = message(item, at, now)
        except (Missing, OutputError) as error:
            return str(error)[:300]
        paths = []
        if file:
            path = Path(folder) / f"vigie-{at.astimezone(ZoneInfo(item.zone)).date().isoformat()}.pdf"
            path.write_bytes(file)
            paths.append(str(path))
        address, private = revealed(item.address, settings), settings.allow_private_network
        return send(address, letter.title, letter.body, paths, html=letter.html, allow_private=private)


def message(item: Subscription, at: datetime, now: datetime) -> tuple[Letter, bytes]:
    """(letter, PDF or nothing) of the edition of a moment. Raises Missing where its report was removed."""
    with speaking(item.lang, item.zone):
        if item.report:
            with cache.open_store(cache.record()[0]).read() as connection:
                held = one_report(connection, item.report)
            if held is None:
                raise Missing(_("The report was removed."))
            document = report_document(held, at)
            text = document_text(document)
            cut = text if len(text) <= MOST_TEXT else text[:MOST_TEXT] + f"\n[…] {_('The whole report is attached.')}"
            title = f"Vigie: {document.title}, {document.subtitle}"
            return Letter(title, cut, document_html(document)), as_pdf(document)
        days = {"daily": 1, "weekly": 7, "monthly": 31}[item.kind]
        since = at - timedelta(days=days)
        frame = Frame(Scope(since.date(), at.date()), frames.own_brand(), "pseudonyms", min(at, now))
        brief = brief_of(frame, since, item.minutes)
        title = _("Vigie: your brief of {day}").format(day=day(at.astimezone(ZoneInfo(item.zone)).date()))
        demo, base = cache.settings().demo, cache.settings().public_url
        return Letter(title, brief_text(brief, demo, base), brief_html(title, brief, demo, base)), b""
