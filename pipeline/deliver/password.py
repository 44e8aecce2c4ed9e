"""The SMTP password: read when it is needed, shown nowhere."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import ConfigFault, PermissionsFault

if TYPE_CHECKING:
    from pipeline.deliver.settings import SmtpSettings

CREDENTIAL, VARIABLE = "smtp_password", "DOICHIEU_SMTP_PASSWORD"
FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO
PLACES = f"Give it as systemd credential {CREDENTIAL}, in a file of mode 0600 (password_file), or in {VARIABLE}."
LONGEST = 1_024


class Password:
    """A word that no log, traceback or repr shows; `reveal()` is for the server alone."""

    __slots__ = ("_word",)

    def __init__(self, word: str) -> None:
        self._word = word

    def __repr__(self) -> str:
        return "Password(...)"

    def reveal(self) -> str:
        """The word itself."""
        return self._word


def read_password(settings: SmtpSettings) -> Password | None:
    """The first of: systemd's credential, `password_file`, the environment; None when no user logs in.

    Raises:
        ConfigFault: it is nowhere, empty, too long, or has letters that cannot be sent.
        PermissionsFault: others may read the file.
    """
    if settings.user is None:
        return None
    where, word = _find(settings)
    if not word:
        raise ConfigFault(f"{where}: the SMTP password is empty", PLACES)
    if not (word.isascii() and word.isprintable()) or len(word) > LONGEST:  # smtplib encodes as ASCII
        raise ConfigFault(
            f"{where}: the SMTP password has letters other than plain ASCII, or is too long, and cannot be sent",
            "Set a new password of ASCII letters, digits and signs at the mail server.",
        )
    return Password(word)


def _find(settings: SmtpSettings) -> tuple[str, str]:
    credential = Path(os.environ.get("CREDENTIALS_DIRECTORY", "")) / CREDENTIAL
    if "CREDENTIALS_DIRECTORY" in os.environ and credential.exists():
        return str(credential), _read(credential, is_systemds=True)  # systemd guards it, with modes of its own
    if settings.password_file:
        return str(settings.password_file), _read(settings.password_file)
    if VARIABLE in os.environ:
        return VARIABLE, os.environ[VARIABLE]
    raise ConfigFault("mail: smtp: no password for the user", PLACES)


def _read(path: Path, *, is_systemds: bool = False) -> str:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)  # a FIFO must not stop the night
        with os.fdopen(descriptor, "rb") as file:
            facts = os.fstat(descriptor)
            if not stat.S_ISREG(facts.st_mode):
                raise ConfigFault(f"{path}: is no regular file", PLACES)
            if not is_systemds:
                _refuse_shared(path, facts)
            content = file.read(LONGEST * 4)
    except OSError as fault:
        raise ConfigFault(f"{path}: cannot be read ({fault.strerror})", PLACES) from None
    return content.decode("utf-8", errors="replace").removesuffix("\n").removesuffix("\r")


def _refuse_shared(path: Path, facts: os.stat_result) -> None:
    if facts.st_mode & FOR_OTHERS:
        raise PermissionsFault(
            f"{path}: others may read the SMTP password", f"chmod 600 {path}, then change the password."
        )
    if facts.st_uid not in (os.geteuid(), 0):
        raise PermissionsFault(f"{path}: belongs to another user", "Give it to the user that doichieu runs as.")
