"""outbox/deliveries.jsonl: what became of each mail for each recipient, one line an attempt, only ever appended.

A mail is settled once its line stands on the disk; a crash before that sends it again, byte for byte the same.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any, Literal, cast

from pipeline.errors import ConfigFault, IoFault

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from datetime import datetime
    from pathlib import Path

    Clock = Callable[[], datetime]

Outcome = Literal["sent", "refused", "deferred", "written"]
Key = tuple[str, str]  # message_id, recipient
SETTLED: frozenset[Outcome] = frozenset({"sent", "refused", "written"})
BARE_BREAK = re.compile(rb"\r(?!\n)|(?<!\r)\n")
DISK_TIP = "Check free space and permissions there; mails that were not noted are sent again, with the same bytes."


@dataclass(frozen=True)
class Outgoing:
    """One rendered mail for one recipient: the very bytes that are sent, Message-ID and Date included.

    Raises:
        ValueError: a line ends in a bare CR or LF, by which a server could be made to see two mails.
    """

    message_id: str
    recipient: str
    data: bytes

    def __post_init__(self) -> None:
        if BARE_BREAK.search(self.data):
            raise ValueError("a rendered mail has lines that do not end in CRLF")

    @property
    def key(self) -> Key:
        """By what the journal knows it."""
        return self.message_id, self.recipient


@dataclass(frozen=True)
class Attempt:
    """What became of one mail for one recipient, this time."""

    message_id: str
    recipient: str
    outcome: Outcome
    code: int | None  # the server's last reply; None when there was none
    stage: str  # how far it came: connect, hello, starttls, tls, login, sender, recipient, data, accept; file
    at: str  # UTC, ISO 8601

    @property
    def key(self) -> Key:
        """As that of the mail."""
        return self.message_id, self.recipient


def attempt(mail: Outgoing, outcome: Outcome, code: int | None, stage: str, clock: Clock) -> Attempt:
    """An attempt that ends now."""
    at = clock().astimezone(UTC).isoformat(timespec="seconds")
    return Attempt(mail.message_id, mail.recipient, outcome, code, stage, at)


class Journal:
    """The file of attempts; opening it makes it (0600) and removes the last line if a crash tore it.

    Raises:
        ConfigFault: a line that is not the last one is damaged: nobody can tell what was sent.
        IoFault: the disk or the folder refuses.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with _told_as_io_fault(path):
            _make(path)
            whole, self._attempts = _parse(path, path.read_bytes())
            if path.stat().st_size > whole:
                self._cut(whole)

    def append(self, one: Attempt) -> None:
        """Add one line and wait for the disk; a line that does not fit leaves nothing behind.

        Raises:
            IoFault: it could not be written.
        """
        line = (json.dumps(asdict(one), ensure_ascii=False) + "\n").encode()
        with _told_as_io_fault(self.path):
            end = self.path.stat().st_size
            try:
                _append(self.path, line)
            except OSError:
                self._cut(end)
                raise
        self._attempts.append(one)

    def attempts(self) -> list[Attempt]:
        """All of them, oldest first."""
        return [*self._attempts]

    def settled(self) -> set[Key]:
        """Message and recipient of all that were sent, written or refused for good."""
        return {one.key for one in self._attempts if one.outcome in SETTLED}

    def _cut(self, size: int) -> None:
        os.truncate(self.path, size)
        _append(self.path, b"")


@contextmanager
def _told_as_io_fault(path: Path) -> Generator[None, None, None]:
    try:
        yield
    except OSError as fault:
        raise IoFault(f"{path}: cannot be written ({fault.strerror or fault})", DISK_TIP) from None


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the names in a folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
        sync_folder(path.parent)


def _append(path: Path, line: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        while line:
            line = line[os.write(descriptor, line) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _parse(path: Path, content: bytes) -> tuple[int, list[Attempt]]:
    """Bytes up to the end of the last whole line, and the attempts in them."""
    found: list[Attempt] = []
    whole = 0
    lines = content.splitlines(keepends=True)
    for number, line in enumerate(lines, start=1):
        facts = _facts(line)
        if facts is None and number == len(lines):
            break  # torn by a crash
        try:
            found.append(Attempt(**facts or {}))
        except TypeError:
            tip = "Remove that line; of the mail that it told, nobody can say whether it was sent."
            raise ConfigFault(f"{path}: line {number} is damaged", tip) from None
        whole += len(line)
    return whole, found


def _facts(line: bytes) -> dict[str, Any] | None:
    try:
        facts: object = json.loads(line) if line.endswith(b"\n") else None
    except ValueError:
        return None
    return cast("dict[str, Any]", facts) if isinstance(facts, dict) else None
