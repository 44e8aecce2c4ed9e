"""A process that relays and dies at one point: python relaying.py HOME PORT COUNT POINT."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

from pipeline.deliver import journal, server
from pipeline.deliver.journal import Journal
from pipeline.deliver.relay import relay
from pipeline.deliver.settings import MailSettings, SmtpSettings
from tests.deliver.conftest import MOMENT, USER, mails


def die(*_: object) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def die_after(module: object, name: str, *, at_call: int = 1) -> None:
    kept, calls = getattr(module, name), iter(range(1, 1000))

    def once(*words: object, **facts: object) -> object:
        result = kept(*words, **facts)
        return die() if next(calls) == at_call else result

    setattr(module, name, once)


def tear_the_line() -> None:
    kept = os.write
    os.write = lambda descriptor, line: die(kept(descriptor, line[: len(line) // 2]))  # type: ignore[assignment] -- to die


POINTS = {
    "connected": lambda: die_after(server, "open_session"),
    "answered": lambda: die_after(server, "send"),
    "answered the second": lambda: die_after(server, "send", at_call=2),
    "half a line": tear_the_line,
    "line written": lambda: die_after(os, "write"),
    "line on disk": lambda: die_after(journal, "_append"),
    "second line on disk": lambda: die_after(journal, "_append", at_call=2),
    "goodbye": lambda: setattr(server, "say_goodbye", die),
}

if __name__ == "__main__":
    home, port, count, point = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    POINTS.get(point, lambda: None)()
    smtp = SmtpSettings("localhost", port, user=USER, ca_file=home / "ca.pem", timeout_seconds=5)
    opened = Journal(home / "outbox" / "deliveries.jsonl")
    sys.exit(relay(mails(count), MailSettings("doichieu@xa.example", smtp=smtp), opened, lambda: MOMENT).exit_code)
