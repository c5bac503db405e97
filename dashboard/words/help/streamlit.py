"""What Streamlit's own fields say, which it says in English alone."""

from __future__ import annotations

from dashboard.words.language import _

PER_FILE = "MB per file"


def words_of_fields() -> dict[str, str]:
    """Streamlit's word -> ours, in the language that is spoken."""
    return {
        "Upload": _("Choose a file"),
        PER_FILE: _("MB per file"),
        "Press Enter to apply": _("Press Enter to apply"),
        "Press Enter to submit form": _("Press Enter to send"),
        "Press Ctrl+Enter to apply": _("Press Ctrl+Enter to apply"),
        "Press Ctrl+Enter to submit form": _("Press Ctrl+Enter to send"),
        "Press ⌘+Enter to apply": _("Press ⌘+Enter to apply"),
        "Press ⌘+Enter to submit form": _("Press ⌘+Enter to send"),
        "No results": _("Nothing found"),
        "System": _("As the device"),
        "Light": _("Light"),
        "Dark": _("Dark"),
        "Print": _("Print"),
        "Record screen": _("Record the screen"),
        "Show/hide columns": _("Choose the columns"),
        "Download as CSV": _("Download as CSV"),
        "Search": _("Search"),
        "Fullscreen": _("Full screen"),
        "Close fullscreen": _("Leave the full screen"),
        "Close": _("Close"),
        "Page not found": _("There is no such page"),
        "The page that you have requested does not seem to exist. Running the app's main page.": _(
            "Its address may be mistyped. This is the first page."
        ),
    }
