"""The mails of a night: who gets which, rendered once into the state's outbox, and relayed until they are settled."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl

from pipeline.deliver.files import write_mails
from pipeline.deliver.journal import Journal, Outgoing
from pipeline.deliver.relay import Relayed, relay
from pipeline.deliver.settings import read_mail
from pipeline.night.pairs import with_pair_id
from pipeline.normalise.codes import units_as_read
from pipeline.report.history import over_week
from pipeline.report.letter import Letter, for_audience, is_named
from pipeline.report.mail import render_mail
from pipeline.settings import VIET_NAM
from schemas.state import OUTBOX

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.deliver.settings import MailSettings
    from pipeline.errors import ExitCode
    from pipeline.night.generations import State
    from pipeline.night.tonight import Tonight
    from pipeline.report.night import Night

JOURNAL = "deliveries.jsonl"
KEPT_FOR = timedelta(days=90)  # after that a mail and its journal are history
SENDER = "doichieu@localhost"
NOBODY = "owner@localhost"  # without [mail] the report is a file in outbox/, addressed to whoever reads it there


def with_letters(state: State, night: Night, run_id: str, tonight: Tonight) -> State:
    """The state with tonight's mails in its outbox; those of long ago leave it."""
    rows = [_outbox_row(letter, state, told, tonight) for letter, told in _letters(night, run_id, tonight)]
    recent = state["outbox"].filter(pl.col("made_on") >= tonight.today - KEPT_FOR)
    return state | {"outbox": pl.concat([recent, pl.DataFrame(rows, schema=OUTBOX, orient="row")])}


@dataclass(frozen=True)
class Mailed:
    """What became of the mails that waited: relayed by the server, or written as files."""

    relayed: Relayed = field(default_factory=Relayed)
    written: tuple[Path, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """69 when a server will never take one of them, 75 when some still wait."""
        return self.relayed.exit_code


def deliver(state: State, tonight: Tonight) -> Mailed:
    """Relay what waits in the outbox, or write it as files when no mail server is configured.

    Raises:
        ConfigFault: no password, no certificates, a damaged journal.
        PermissionsFault: others may read the password.
        IoFault: a result could not be noted.
    """
    journal = Journal(tonight.home.outbox / JOURNAL)
    settings = read_mail(tonight.settings.mail, tonight.home.folder)
    waiting = waiting_mails(state, journal, settings)
    if settings.smtp:
        return Mailed(relay(waiting, settings, journal, _clock))
    return Mailed(written=tuple(write_mails(tonight.home.outbox, waiting, journal, _clock)))


def waiting_mails(state: State, journal: Journal, mail: MailSettings | None) -> list[Outgoing]:
    """The mails that are not settled yet, oldest first; none to an address that has left the configuration since."""
    settled = journal.settled()
    is_known = pl.col("recipient").is_in([*mail.recipients, NOBODY]) if mail else pl.lit(value=True)
    rows = state["outbox"].filter(is_known).select("message_id", "recipient", "data").rows()
    return [Outgoing(*row) for row in rows if row[:2] not in settled]


def _clock() -> datetime:
    return datetime.now(UTC)


def _outbox_row(letter: Letter, state: State, night: Night, tonight: Tonight) -> tuple[object, ...]:
    ledger = with_pair_id(state["mismatch"].filter(status="resolved"))
    told = over_week(night, ledger) if letter.kind == "weekly" else night
    return letter.message_id, letter.recipient, tonight.today, render_mail(told, letter)


def _letters(night: Night, run_id: str, tonight: Tonight) -> Iterator[tuple[Letter, Night]]:
    """The owner's each night; the chairman's once a week; those of officers when something is theirs; the units'."""
    mail = read_mail(tonight.settings.mail, tonight.home.folder)
    plain = _plain(mail, night, tonight)
    owners = mail.owner or (() if mail.smtp else (NOBODY,))
    names, theirs = tonight.settings.units, replace(plain, audience="unit", unit_code="?", attach_work_list=True)
    is_weekly = tonight.today.isoweekday() == mail.weekly_on
    letters = [
        *(replace(plain, recipient=one, attach_work_list=True) for one in owners),
        *(replace(plain, recipient=one, kind="weekly") for one in owners if is_weekly),
        *(replace(plain, recipient=one, audience="chairman", kind="weekly") for one in mail.chairman if is_weekly),
        *(
            replace(theirs, recipient=one, unit_code=unit_code, unit=names.get(written) or names.get(unit_code))
            for (written, recipients), unit_code in zip(mail.units.items(), _unit_codes(mail, tonight), strict=True)
            for one in recipients
        ),
    ]
    for letter, told in (*((letter, night) for letter in letters), *_of_officers(mail, plain, night)):
        yield replace(letter, message_id=_message_id(letter, run_id)), told


def _unit_codes(mail: MailSettings, tonight: Tonight) -> list[str]:
    """The codes of [mail.units] as those of dossiers name them."""
    codes = next(iter(tonight.settings.feeds.values())).codes
    return units_as_read(list(mail.units), codes)


def _of_officers(mail: MailSettings, plain: Letter, night: Night) -> Iterator[tuple[Letter, Night]]:
    """An officer hears when something is open or was just put right; a field's address, of lines without an officer."""
    mine = replace(plain, audience="officer", fields=frozenset({""}), attach_work_list=True)
    unnamed = _without(night, list(mail.officers))
    by_name = (
        (replace(mine, recipient=one, officer=name, fields=frozenset()), night) for name, one in mail.officers.items()
    )
    by_field = ((replace(mine, recipient=one, fields=frozenset({name})), unnamed) for name, one in mail.fields.items())
    for letter, told in (*by_name, *by_field):
        seen = for_audience(told, letter)
        if seen.open.height or seen.fixed.height:
            yield letter, told


def _without(night: Night, officers: list[str]) -> Night:
    """The night without the lines of officers who get a mail of their own."""
    is_theirs = is_named(officers).fill_null(value=False)
    kept = {name: getattr(night, name).filter(~is_theirs) for name in ("open", "fixed", "withdrawn")}
    outcome = replace(night.outcome, mismatches=night.outcome.mismatches.filter(~is_theirs))
    return replace(night, outcome=outcome, **kept)


def _plain(mail: MailSettings, night: Night, tonight: Tonight) -> Letter:
    return Letter(
        sender=mail.sender or SENDER,
        recipient=NOBODY,
        message_id="",
        sent_at=tonight.now.astimezone(VIET_NAM),
        lang=tonight.settings.lang,
        reply_to=mail.reply_to,
        report_place=str(tonight.home.reports / f"{night.outcome.as_of}"),
        holidays=tonight.settings.holidays,
    )


def _message_id(letter: Letter, run_id: str) -> str:
    """The same for the same run, recipient and kind: a run that was killed before its end makes the same mail again."""
    facts = (letter.recipient, letter.audience, letter.kind, letter.officer, sorted(letter.fields), letter.unit_code)
    return f"<{run_id}.{hashlib.sha256(repr(facts).encode()).hexdigest()[:12]}@doichieu.invalid>"
