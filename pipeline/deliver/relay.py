"""Mails to the server: each recipient by itself, all over one connection, each result noted before the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.deliver import server
from pipeline.deliver.checks import checked_address
from pipeline.deliver.journal import attempt
from pipeline.deliver.password import read_password
from pipeline.deliver.server import DEADLINE_FACTOR, Unreached, Verdict
from pipeline.errors import ConfigFault, ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.deliver.journal import Attempt, Clock, Journal, Outgoing
    from pipeline.deliver.session import Session
    from pipeline.deliver.settings import MailSettings

MOST_LOSSES = 2  # connections that break under a mail, until the rest waits for the next run


@dataclass(frozen=True)
class Relayed:
    """One try for each mail that waited."""

    sent: tuple[Attempt, ...] = ()
    deferred: tuple[Attempt, ...] = ()  # stay, for the next run or `flush`
    refused: tuple[Attempt, ...] = ()  # for good

    @property
    def exit_code(self) -> ExitCode:
        """69 when a server will never take one of them, 75 when some still wait."""
        if self.refused:
            return ExitCode.MAIL_REFUSED
        return ExitCode.BUSY if self.deferred else ExitCode.COMPLETE


def relay(waiting: Sequence[Outgoing], settings: MailSettings, journal: Journal, clock: Clock) -> Relayed:
    """Send what waits and is not settled yet; once for each pair of message and recipient.

    Raises:
        ConfigFault: no SMTP host, password or usable certificates, or an address that is none; nothing was sent.
        PermissionsFault: others may read the password; nothing was sent.
        IoFault: a result could not be noted; that mail may be sent once more.
    """
    settled = journal.settled()
    todo = {mail.key: mail for mail in waiting if mail.key not in settled}
    if not todo:
        return Relayed()
    for address in (settings.sender, *(mail.recipient for mail in todo.values())):
        checked_address(address)
    line = _Line(settings)
    try:
        attempts = [_noted(mail, line.send(mail), journal, clock) for mail in todo.values()]
    finally:
        line.close()
    return sort_by_outcome(attempts)


def sort_by_outcome(attempts: Sequence[Attempt]) -> Relayed:
    """The attempts of one run."""
    sent, deferred, refused = (
        tuple(one for one in attempts if one.outcome == outcome) for outcome in ("sent", "deferred", "refused")
    )
    return Relayed(sent, deferred, refused)


def _noted(mail: Outgoing, verdict: Verdict, journal: Journal, clock: Clock) -> Attempt:
    one = attempt(mail, verdict.outcome, verdict.code, verdict.stage, clock)
    journal.append(one)
    return one


class _Line:
    """The connection, made when the first mail wants it and anew when it broke; given up when that does not help."""

    def __init__(self, settings: MailSettings) -> None:
        if settings.smtp is None:
            raise ConfigFault("mail: no SMTP host", "Set mail.smtp.host in doichieu.toml.")
        self.settings, self.smtp = settings, settings.smtp
        self.password, self.context = read_password(self.smtp), server.tls_context(self.smtp)
        self.session: Session | None = None
        self.losses = 0
        self.given_up: Verdict | None = None

    def send(self, mail: Outgoing) -> Verdict:
        if self.given_up:
            return self.given_up
        try:
            session = self._session()
        except Unreached as fault:
            self.given_up = fault.verdict
            return fault.verdict
        verdict = server.send(session, self.settings.sender, mail, self.smtp.timeout_seconds * DEADLINE_FACTOR)
        self._after(verdict, session)
        return verdict

    def close(self) -> None:
        if self.session and self.session.is_open:
            server.say_goodbye(self.session)

    def _session(self) -> Session:
        if self.session and self.session.is_open:
            return self.session
        self.session = server.open_session(self.settings, self.smtp, self.context, self.password)
        return self.session

    def _after(self, verdict: Verdict, session: Session) -> None:
        self.losses += not session.is_open
        if verdict.is_over or self.losses >= MOST_LOSSES:
            self.given_up = Verdict("deferred", verdict.code, verdict.stage, is_over=True)
        elif verdict.outcome != "sent" and session.is_open:
            server.reset(session)
