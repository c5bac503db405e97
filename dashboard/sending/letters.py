"""Mail with an HTML part beside the text: what Apprise sends to an address of mail, and how it reaches the server."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Sequence
from email import message_from_string
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import Any

from dashboard.files.letter import Letter


def takes_html(service: Any) -> bool:
    """Whether an Apprise service is plain mail, which we may write ourselves. Mail that is enciphered is not."""
    from apprise.plugins.email.base import NotifyEmail

    return type(service) is NotifyEmail and service.pgp_mode == "no"


def _server_of(service: Any) -> dict[str, Any]:
    """How the server of a mail address is reached, as Apprise's controller takes it."""
    return {
        "host": service.smtp_host,
        "port": service.port,
        "secure_mode": service.secure_mode,
        "user": service.user,
        "password": service.password,
        "verify_certificate": service.verify_certificate,
        "socket_connect_timeout": service.socket_connect_timeout,
    }


def send_letter(service: Any, title: str, body: str, html: str, files: Sequence[str]) -> bool:
    """Send through the server of a mail address, to all its recipients; False where one was not taken. Raises OSError,
    as when the server cannot be reached or refuses."""
    from apprise import AppriseAttachment
    from apprise.plugins.email.base import AppriseSMTPController, NotifyEmail
    from apprise.plugins.email.common import AppriseEmailException

    try:
        with AppriseSMTPController(**_server_of(service)) as server:
            letters = NotifyEmail.prepare_emails(
                subject=title,
                body=body,
                notify_format="text",
                from_addr=service.from_addr,
                to=service.targets,
                cc=service.cc,
                bcc=service.bcc,
                reply_to=service.reply_to,
                smtp_host=service.smtp_host,
                attach=AppriseAttachment(list(files)) if files else None,
                headers={"X-Application": service.app_id, **service.headers},
                names=service.names,
                tzinfo=service.tzinfo,
            )
            taken = [server.sendmail(service.from_addr[1], one.to_addrs, with_html(one.body, html)) for one in letters]
    except (smtplib.SMTPException, AppriseEmailException) as error:
        raise OSError(str(error)) from error
    return bool(taken) and all(taken)


def with_html(letter: str, html: str) -> str:
    """A letter with this HTML beside its text: who reads one does not see the other. What is attached stays."""
    made = message_from_string(letter)
    parts = made.get_payload()
    if isinstance(parts, list):
        first, *attached = parts
        made.set_payload([_beside(first, html), *attached])
        return made.as_string()
    both = _beside(made, html)
    for name, value in made.items():
        if name.lower() not in {"content-type", "content-transfer-encoding", "mime-version"}:
            both[name] = value
    return both.as_string()


def _beside(words: Any, html: str) -> MIMEMultipart:
    both = MIMEMultipart("alternative")
    payload = words.get_payload(decode=True)
    both.attach(MIMEText(payload.decode("utf-8") if isinstance(payload, bytes) else "", "plain", "utf-8"))
    both.attach(MIMEText(html, "html", "utf-8"))
    return both


class NotTakenError(OSError):
    """A message that certainly did not arrive: no server was reached, or it refused."""


class UnknownError(OSError):
    """The server stopped answering after it was given a message: nobody knows whether it took it."""


def hand_over(service: Any, receiver: str, letter: Letter, claim: Callable[[], bool]) -> bool:
    """Give one letter to the server of a mail address, for one receiver in place of those that the address names.

    `claim` is asked in the last moment before the letter is written to the server; where it says no, nothing is sent
    and False is given. Raises NotTakenError and UnknownError.
    """
    from apprise.plugins.email.base import AppriseSMTPController, NotifyEmail
    from apprise.plugins.email.common import AppriseEmailException

    class Server(AppriseSMTPController):  # type: ignore[misc]
        """Says, step by step, where a letter was refused."""

        def hand(self, sender: str, words: str) -> bool:
            smtp: smtplib.SMTP = self._socket
            smtp.ehlo_or_helo_if_needed()
            for answer in (smtp.mail(sender), smtp.rcpt(receiver)):
                if answer[0] not in {250, 251}:
                    raise NotTakenError(_answered(answer))
            if not claim():
                return False
            try:
                answer = smtp.data(words)
            except smtplib.SMTPDataError:  # it takes no letter at all
                raise
            except (smtplib.SMTPException, OSError) as error:
                raise UnknownError(str(error)) from error
            if answer[0] != 250:
                raise NotTakenError(_answered(answer))
            return True

    (made,) = NotifyEmail.prepare_emails(
        subject=letter.title,
        body=letter.body,
        notify_format="text",
        from_addr=service.from_addr,
        to=[(False, receiver)],
        reply_to=service.reply_to,
        smtp_host=service.smtp_host,
        headers={"X-Application": service.app_id, **service.headers},
        tzinfo=service.tzinfo,
    )
    try:
        with Server(**_server_of(service)) as server:
            handed: bool = server.hand(service.from_addr[1], with_html(made.body, letter.html))
            return handed
    except (NotTakenError, UnknownError):
        raise
    except (smtplib.SMTPException, OSError, AppriseEmailException, UnicodeError) as error:
        raise NotTakenError(f"Socket Exception: {error}") from error


def _answered(answer: tuple[int, bytes]) -> str:
    """What a server said, as Apprise notes it."""
    return f"Socket Exception: ({answer[0]}, {answer[1]!r})"
