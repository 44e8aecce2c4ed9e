"""The way to the mail server: connect, TLS, login; then one mail at a time."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.deliver.session import Lost, Session, TlsSession
from pipeline.errors import ConfigFault

if TYPE_CHECKING:
    from collections.abc import Generator

    from pipeline.deliver.journal import Outcome, Outgoing
    from pipeline.deliver.password import Password
    from pipeline.deliver.settings import MailSettings, SmtpSettings

DEADLINE_FACTOR = 4  # a mail, or all from connecting to the login, may take so many timeouts
GOODBYE_SECONDS = 2
GOOD, GOING_AWAY = 2, 421
PERMANENT = range(500, 600)
LOGIN_CODES = frozenset({530, 534, 535, 538})  # RFC 4954: about our login, not about a recipient


@dataclass(frozen=True)
class Verdict:
    """What the server made of one mail."""

    outcome: Outcome
    code: int | None
    stage: str
    is_over: bool = False  # the server wants, or can take, no more tonight


class Unreached(Exception):
    """No conversation came about; nothing was sent."""

    def __init__(self, stage: str, code: int | None) -> None:
        super().__init__(stage)
        self.verdict = Verdict("deferred", code, stage, is_over=True)


def tls_context(settings: SmtpSettings) -> ssl.SSLContext:
    """Certificates and host names are always checked.

    Raises:
        ConfigFault: the file of own certificate authorities cannot be used.
    """
    try:
        return ssl.create_default_context(cafile=settings.ca_file)
    except OSError as fault:  # SSLError too
        raise ConfigFault(
            f"{settings.ca_file}: cannot be read as certificates ({fault.strerror or 'no PEM'})",
            "Name a PEM file with mail.smtp.ca_file, or leave it out.",
        ) from None


def open_session(mail: MailSettings, smtp: SmtpSettings, context: ssl.SSLContext, password: Password | None) -> Session:
    """Connect, begin TLS and log in, all within one deadline.

    Raises:
        Unreached: any of these failed.
    """
    session = _connect(mail, smtp, context)
    try:
        if smtp.security == "starttls":
            _begin_tls(session, context)
        _greet(session)
        if password:
            _log_in(session, smtp.user or "", password)
    except BaseException:  # Ctrl-C too
        session.close()
        raise
    return session


def send(session: Session, sender: str, mail: Outgoing, seconds: float) -> Verdict:
    """Offer one mail to the server; it is accepted only with the answer to its last line."""
    session.allow(seconds)
    stage = "sender"
    try:
        code, _ = session.mail(sender, _options(session, mail))
        if _is_good(code):
            stage = "recipient"
            code, _ = session.rcpt(mail.recipient)
        if _is_good(code):
            stage = "data"
            code, stage = _data(session, mail)
    except Lost as fault:
        return Verdict("deferred", None, stage, is_over=fault.is_slow)
    return _verdict(code, stage)


def reset(session: Session) -> None:
    """Forget the mail that was not taken, so that the next one begins anew."""
    try:
        code, _ = session.rset()
    except Lost:
        return
    if not _is_good(code):
        session.close()


def say_goodbye(session: Session) -> None:
    """End politely, but not at any length."""
    session.allow(GOODBYE_SECONDS)
    try:
        session.quit()
    except (smtplib.SMTPException, OSError):
        session.close()


def _connect(mail: MailSettings, smtp: SmtpSettings, context: ssl.SSLContext) -> Session:
    seconds = smtp.timeout_seconds
    limits = (seconds * DEADLINE_FACTOR, seconds, smtp.host, smtp.port, mail.sender.rpartition("@")[2])
    with _stage("connect"):  # greeted with the sender's domain: getfqdn() may wait for a name server
        return TlsSession(*limits, context=context) if smtp.security == "tls" else Session(*limits)


def _begin_tls(session: Session, context: ssl.SSLContext) -> None:
    _greet(session)
    with _stage("starttls"):
        session.starttls(context=context)


def _greet(session: Session) -> None:
    with _stage("hello"):
        code, _ = session.ehlo()
        if not _is_good(code):
            raise Unreached("hello", code)


def _log_in(session: Session, user: str, password: Password) -> None:
    """One try with one mechanism: several wrong ones lock an account."""
    offered = session.esmtp_features.get("auth", "").upper().split()
    if not isinstance(session.sock, ssl.SSLSocket) or not {"PLAIN", "LOGIN"} & {*offered}:
        raise Unreached("login", None)
    session.user, session.password = user, password.reveal()
    try:
        with _stage("login"):
            if "PLAIN" in offered:
                session.auth("PLAIN", session.auth_plain)
            else:
                session.auth("LOGIN", session.auth_login)
    finally:
        session.password = ""


@contextmanager
def _stage(name: str) -> Generator[None, None, None]:
    try:
        yield
    except smtplib.SMTPResponseException as fault:
        raise Unreached(name, fault.smtp_code) from None
    except ssl.SSLError:
        raise Unreached("tls", None) from None
    except (smtplib.SMTPException, OSError, ValueError):  # ValueError: a challenge that is no base64
        raise Unreached(name, None) from None


def _options(session: Session, mail: Outgoing) -> list[str]:
    size = [f"size={len(mail.data)}"] if session.has_extn("size") else []
    body = ["body=8bitmime"] if session.has_extn("8bitmime") and not mail.data.isascii() else []
    return [*size, *body]


def _data(session: Session, mail: Outgoing) -> tuple[int, str]:
    try:
        code, _ = session.data(mail.data)
    except smtplib.SMTPDataError as refusal:
        return refusal.smtp_code, "data"
    return code, "accept"


def _verdict(code: int, stage: str) -> Verdict:
    if stage == "accept" and _is_good(code):
        return Verdict("sent", code, stage)
    if code in LOGIN_CODES:
        return Verdict("deferred", code, "login", is_over=True)
    if code in PERMANENT:
        return Verdict("refused", code, stage)
    return Verdict("deferred", code, stage, is_over=code == GOING_AWAY)


def _is_good(code: int) -> bool:
    return code // 100 == GOOD
