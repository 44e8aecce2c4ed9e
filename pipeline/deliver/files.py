"""Without a mail server: each mail as a file that a mail program opens."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.deliver.journal import attempt, sync_folder
from pipeline.errors import IoFault
from pipeline.report.sink import DISK_TIP, write_out
from pipeline.settings import VIET_NAM

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pipeline.deliver.journal import Clock, Journal, Outgoing

NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9]+")
LONGEST_SLUG = 80


def write_mails(folder: Path, waiting: Sequence[Outgoing], journal: Journal, clock: Clock) -> list[Path]:
    """Write each mail that is not settled to `folder`/DATE-N-SLUG.eml (mode 0600) and note it as written.

    A file of the same mail that a killed run left is taken as it is.

    Raises:
        IoFault: the disk or the folder refuses; the mails not noted are written next time.
    """
    settled = journal.settled()
    return [
        _write(folder, mail, journal, clock)
        for mail in {mail.key: mail for mail in waiting}.values()
        if mail.key not in settled
    ]


def _write(folder: Path, mail: Outgoing, journal: Journal, clock: Clock) -> Path:
    slug = NOT_IN_NAMES.sub("-", mail.message_id).strip("-")[:LONGEST_SLUG]
    try:
        path = _left_over(folder, slug, mail.data) or _free(folder, f"{clock().astimezone(VIET_NAM):%F}", slug)
        write_out([mail.data], path)
        sync_folder(folder)
    except OSError as fault:
        raise IoFault(f"{folder}: cannot be written ({fault.strerror or fault})", DISK_TIP) from None
    journal.append(attempt(mail, "written", None, "file", clock))
    return path


def _left_over(folder: Path, slug: str, content: bytes) -> Path | None:
    found = (path for path in sorted(folder.glob(f"*-{slug}.eml")) if path.read_bytes() == content)
    return next(found, None)


def _free(folder: Path, day: str, slug: str) -> Path:
    taken = (re.match(rf"{day}-(\d+)-", path.name) for path in folder.glob(f"{day}-*.eml"))
    return folder / f"{day}-{max((int(one[1]) for one in taken if one), default=0) + 1}-{slug}.eml"
