"""The pages at the door: signing in, a link that lets in, a new password, and what is said to those outside.

Plain pages of one file each, that work without a script, in French or English, light or dark.
"""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from dashboard.files.html import message_page, text
from dashboard.web.guard import lang_of, private_page
from dashboard.words.language import LANGUAGES, _, n_, speaking
from dashboard.words.team import problem_words, role_names, wait_words
from data.house.accounts import LONGEST as LONGEST_NAME
from data.house.invitations import Invitation
from data.house.passwords import LONGEST, SHORTEST
from data.running.logs import subject

STYLE = (
    "<style>:root{color-scheme:light dark}body{min-height:100vh;display:grid;place-items:center}"
    "main{width:100%;max-width:26rem;padding:1.5rem 1.2rem}h1{font-size:1.6rem}"
    "form{flex-direction:column;gap:.35rem;margin:1.2rem 0}label{font-weight:600;margin-top:.6rem}"
    "input{width:100%;background:#fff;color:inherit}button,.button{margin-top:1.1rem;min-height:2.75rem;cursor:pointer;"
    "text-align:center;display:block;padding:.6rem .8rem;border-radius:.4rem;border:1px solid var(--accent);"
    "text-decoration:none}input:focus-visible,button:focus-visible,a:focus-visible{outline:3px solid #4cb4ca;"
    "outline-offset:2px}.hint{color:var(--soft);font-size:.88rem;margin:0}.problem{border-left:4px solid #b3261e;"
    "padding:.5rem .8rem;background:#fdeceb;color:#7d1a14}.langs{font-size:.88rem;margin-top:2rem}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e6eef0;--soft:#9fb1b8;--rule:#2c3a40;--accent:#4cb4ca}"
    "body{background:#11191c}input{background:#1a2529;border-color:#5b6d75}button{color:#08161a}"
    ".problem{background:#3b1715;color:#ffdad6;border-color:#f2796f}}</style>"
)


def language_of(request: Request) -> str:
    """The language that was chosen on the page, else the browser's."""
    asked = request.query_params.get("lang", "")
    return asked if asked in LANGUAGES else lang_of(request)


def _field(name: str, label: str, kind: str, complete: str, value: str = "", hint: str = "", **more: str) -> str:
    extra = "".join(f' {key}="{text(word)}"' for key, word in more.items())
    told = f'<p class="hint" id="{name}-hint">{text(hint)}</p>' if hint else ""
    described = f' aria-describedby="{name}-hint"' if hint else ""
    return (
        f'<label for="{name}">{text(label)}</label>{told}<input id="{name}" name="{name}" type="{kind}" required '
        f'autocomplete="{complete}" value="{text(value)}"{described}{extra}>'
    )


def _new_password() -> str:
    hint = n_("At least {n} character.", "At least {n} characters. A few words in a row are good.", SHORTEST)
    limits = {"minlength": str(SHORTEST), "maxlength": str(LONGEST)}
    return _field("password", _("Password"), "password", "new-password", hint=hint, **limits)


def _page(request: Request, title: str, words: str, form: str = "", problem: str = "", status: int = 200) -> Response:
    """A page at the door. It tells our own server alone where a form was sent from."""
    lang = language_of(request)
    kept = {name: value for name, value in request.query_params.items() if name == "next"}
    switch = "".join(
        f'<a href="{text("?" + urlencode({**kept, "lang": code}))}" lang="{code}" hreflang="{code}">{text(name)}</a> '
        for code, name in LANGUAGES.items()
        if code != lang
    )
    told = f'<p class="problem" role="alert">{text(problem)}</p>' if problem else ""
    body = f'{told}{form}<p class="langs">{switch}</p>{STYLE}'
    page = message_page(lang, title, words, body)
    return private_page(page, status, **{"referrer-policy": "same-origin"})


def sign_in(
    request: Request, wanted: str, login: str = "", problem: str = "", *, elsewhere: bool = False, status: int = 200
) -> Response:
    """Name and password, and the way to the provider where there is one (`elsewhere`)."""
    with speaking(language_of(request)):
        query = urlencode({"next": wanted, "lang": language_of(request)})
        focus = {"maxlength": str(LONGEST_NAME), "autocapitalize": "none", "spellcheck": "false"}
        form = (
            f'<form method="post" action="/signin?{text(query)}">'
            + _field("login", _("E-mail or user name"), "text", "username", login, **focus)
            + _field("password", _("Password"), "password", "current-password", maxlength=str(LONGEST))
            + f"<button>{text(_('Sign in'))}</button></form>"
        )
        if elsewhere:
            way = urlencode({"next": wanted})
            form += f'<a class="button" href="/openid?{text(way)}">{text(_("Sign in with your organisation"))}</a>'
        words = _("Forgotten? An administrator of your team can send you a link for a new password.")
        return _page(request, _("Sign in"), words, form, problem, status)


def wait(request: Request, wanted: str, seconds: int) -> Response:
    """Too many tries: said with how long to wait, and the form again."""
    with speaking(language_of(request)):
        problem = wait_words(seconds)
    answer = sign_in(request, wanted, problem=problem, status=429)
    answer.headers["retry-after"] = str(seconds)
    return answer


def join(request: Request, held: Invitation, name: str, login: str, code: str = "") -> Response:
    """What a link that lets in opens: an account to make, or a new password to choose."""
    with speaking(language_of(request)):
        if held.kind == "reset":
            title = _("A new password")
            words = _("For the account of {name}. Wherever it is signed in, it will have to sign in again.").format(
                name=held.name
            )
            fields = _new_password()
        else:
            first = held.kind == "first"
            title = _("The first administrator") if first else _("Welcome to the team")
            words = (
                _("This account looks after Vigie: it invites the others. From now on everybody signs in.")
                if first
                else _("{name} invites you. Your role: {role}.").format(
                    name=held.made_by or _("Your team"), role=role_names()[held.role]
                )
            )
            hint = _("It stands under what you change.")
            limit = {"maxlength": str(LONGEST_NAME), "autocapitalize": "none", "spellcheck": "false"}
            fields = (
                _field("name", _("Your name"), "text", "name", name or held.name, hint, maxlength="80")
                + _field("login", _("E-mail or user name"), "text", "username", login, **limit)
                + _new_password()
            )
        where = f'<form method="post" action="?lang={language_of(request)}">'
        form = f"{where}{fields}<button>{text(_('Go in'))}</button></form>"
        return _page(request, title, words, form, problem_words(code) if code else "", 400 if code else 200)


def closed_link(request: Request) -> Response:
    """The one answer to a link that lets nobody in, whatever the reason."""
    with speaking(language_of(request)):
        words = _("It was used, withdrawn, or is too old. Ask an administrator of your team for a new one.")
        return _page(request, _("This link opens nothing"), words, status=404)


def sign_out(request: Request) -> Response:
    with speaking(language_of(request)):
        form = f'<form method="post" action="/signout"><button>{text(_("Sign out"))}</button></form>'
        return _page(request, _("Sign out"), _("Your work is kept."), form)


def signed_out(request: Request) -> Response:
    with speaking(language_of(request)):
        form = f'<a class="button" href="/signin">{text(_("Sign in"))}</a>'
        return _page(request, _("You are signed out"), _("On a computer that others use, close its windows too."), form)


def not_invited(request: Request, who: str) -> Response:
    """For somebody whom the provider knows and the team does not."""
    with speaking(language_of(request)):
        words = _("{name} has no account here, or it is closed. Ask an administrator of your team.").format(
            name=who or "?"
        )
        form = f'<a class="button" href="/signin">{text(_("Back"))}</a>'
        return _page(request, _("You are not on the team"), words, form, status=403)


def nobody_yet(request: Request) -> Response:
    """What everybody gets before there is an administrator."""
    with speaking(language_of(request)):
        words = _(
            "Nobody has an account yet. Whoever started Vigie finds in its log the link that makes the first "
            "administrator."
        )
        return _page(request, _("Vigie is not open yet"), words, status=403)


def foreign(request: Request) -> Response:
    """For a form that did not come from a page of ours."""
    with speaking(language_of(request)):
        words = _("This form was sent from another site. Open the page again and send it from there.")
        return _page(request, _("Not from here"), words, status=403)


def broken(request: Request, error: Exception) -> Response:
    """Nobody can come in while settings or accounts cannot be read. Why is for the log alone."""
    subject("gate").error("%s", error)
    with speaking(language_of(request)):
        words = _("Who may come in cannot be read just now. Whoever runs Vigie finds the reason in its log.")
        return _page(request, _("Closed for the moment"), words, status=503)
