"""Where a commune's doichieu lives on disk: one folder with inbox, archive, state, reports, outbox and log."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import ConfigFault, PermissionsFault

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = "doichieu.toml"
FOLDERS = ("inbox", "archive", "state", "reports", "outbox", "log")
WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True)
class Home:
    """The folders; all but the inbox are doichieu's own."""

    folder: Path

    @property
    def config(self) -> Path:
        """The configuration."""
        return self.folder / CONFIG

    @property
    def inbox(self) -> Path:
        """Where exports and books are dropped."""
        return self.folder / "inbox"

    @property
    def archive(self) -> Path:
        """Every file that was taken in, by content."""
        return self.folder / "archive"

    @property
    def state(self) -> Path:
        """The generations of the state."""
        return self.folder / "state"

    @property
    def reports(self) -> Path:
        """One folder per business date."""
        return self.folder / "reports"

    @property
    def outbox(self) -> Path:
        """Mails as files, and the journal of what was delivered."""
        return self.folder / "outbox"

    @property
    def log(self) -> Path:
        """JSON lines."""
        return self.folder / "log"


def open_home(folder: Path) -> Home:
    """The home in `folder`, its own folders made where they are missing.

    Raises:
        ConfigFault: no doichieu.toml there.
        PermissionsFault: somebody else may write into what decides the verdicts.
    """
    home = Home(folder.resolve())
    if not home.config.is_file():
        raise ConfigFault(f"{home.config}: no such file", f"Make a home with `doichieu init {folder}`.")
    for name in FOLDERS:
        (home.folder / name).mkdir(mode=0o700, exist_ok=True)
    loose = [path for path in (home.config, home.state, home.archive, home.outbox) if _is_loose(path)]
    if loose:
        names = ", ".join(str(path) for path in loose)
        raise PermissionsFault(f"{names}: others may write there", f"chmod go-w {names}")
    return home


def _is_loose(path: Path) -> bool:
    """Whether group or others may write; the inbox may be a shared folder, these may not."""
    facts = path.stat()
    return bool(facts.st_mode & WRITABLE_BY_OTHERS) or facts.st_uid not in (os.geteuid(), 0)


def sync_folder(folder: Path) -> None:
    """Make the renames in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as fault:  # fsync itself names no place
        raise OSError(fault.errno, fault.strerror, str(folder)) from None
    finally:
        os.close(descriptor)
