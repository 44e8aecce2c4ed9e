"""One writer at a time: flock on a file of its own, never on the state."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.errors import LockBusy

if TYPE_CHECKING:
    from collections.abc import Generator
    from datetime import datetime

    from pipeline.night.home import Home

LOOK_AGAIN_SECONDS = 0.1


@contextmanager
def only_one(home: Home, wait_seconds: float, now: datetime) -> Generator[None]:
    """Hold the home's lock; the kernel lets it go when the process ends, however it ends.

    Raises:
        LockBusy: another run has held it for longer than `wait_seconds`.
    """
    descriptor = os.open(home.state / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(descriptor, wait_seconds)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()} since {now:%Y-%m-%d %H:%M:%S %Z}".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, wait_seconds: float) -> None:
    until = time.monotonic() + wait_seconds
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                holder = os.pread(descriptor, 200, 0).decode(errors="replace") or "another process"
                raise LockBusy(
                    f"another run is under way: {holder}", "Wait for it, or give a longer --lock-wait."
                ) from None
        time.sleep(LOOK_AGAIN_SECONDS)
