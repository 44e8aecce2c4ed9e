"""The log of runs: one JSON line each, of numbers and file names, never of a cell."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pipeline.night.home import Home


def note(home: Home, now: datetime, event: str, facts: Mapping[str, Any]) -> None:
    """Append one line to the month's log.

    Raises:
        OSError: the disk refuses; a line is written whole or the file ends in a torn one that readers skip.
    """
    line = json.dumps(
        {"at": now.isoformat(timespec="seconds"), "event": event, **facts}, ensure_ascii=False, default=str
    )
    path = home.log / f"doichieu-{now:%Y-%m}.jsonl"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        os.write(descriptor, f"{line}\n".encode())
    finally:
        os.close(descriptor)
