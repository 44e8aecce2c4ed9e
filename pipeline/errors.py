"""What can go wrong, one class per thing that a person does differently about it."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from pipeline.cause import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.cause import Fact


class ExitCode(IntEnum):
    """The codes a caller may rely on; README.md shows the same table."""

    COMPLETE = 0
    DEGRADED = 3
    FINDINGS = 10
    USAGE = 64
    REFUSED = 65
    NO_INPUT = 66
    MAIL_REFUSED = 69
    BUG = 70
    IO = 74
    BUSY = 75
    PERMISSIONS = 77
    CONFIG = 78


SEVERITY = (  # the gravest first
    *(ExitCode.BUG, ExitCode.IO, ExitCode.PERMISSIONS, ExitCode.CONFIG, ExitCode.USAGE, ExitCode.REFUSED),
    *(ExitCode.NO_INPUT, ExitCode.MAIL_REFUSED, ExitCode.BUSY, ExitCode.DEGRADED, ExitCode.FINDINGS, ExitCode.COMPLETE),
)


def gravest(*codes: ExitCode) -> ExitCode:
    """The one of several codes that a caller must hear of."""
    return min(codes, key=SEVERITY.index)


class DoichieuError(Exception):
    """A stop with one message (where: what), a tip (what to do) and the exit code."""

    exit_code = ExitCode.BUG

    def __init__(self, message: str, tip: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.tip = tip


class UsageFault(DoichieuError):
    """The call's words do not fit together."""

    exit_code = ExitCode.USAGE


class InputRefused(DoichieuError):
    """A file cannot be read without guessing. Never quotes a cell."""

    exit_code = ExitCode.REFUSED


class NoInput(DoichieuError):
    """Nothing to read where the caller pointed."""

    exit_code = ExitCode.NO_INPUT


class ConfigFault(DoichieuError):
    """doichieu.toml, a profile or the environment needs a person."""

    exit_code = ExitCode.CONFIG


class IoFault(DoichieuError):
    """The disk or a file did not answer."""

    exit_code = ExitCode.IO


class FileFault(DoichieuError):
    """One file of which no row is used: a phrase of [refusal] and what fills it, to be told in any language.

    The command line says message and tip, which are English. A missing phrase or fact is a KeyError at once.
    """

    def __init__(self, name: str, file: str, /, **facts: Fact) -> None:
        from pipeline.report.phrases import load_phrases  # late: settings stand before it, and raise faults

        self.name = name
        self.facts: dict[str, Fact] = {"file": file, **facts}
        english = load_phrases("en")
        super().__init__(f"{file}: {self.why(english)}", self.way_out(english))

    def why(self, phrases: Mapping[str, str]) -> str:
        """What is wrong, without the file's name."""
        return words(f"refusal.{self.name}", self.facts, phrases)

    def way_out(self, phrases: Mapping[str, str]) -> str:
        """What to do about it."""
        return words(f"refusal_tip.{self.name}", self.facts, phrases)


class FileRefused(FileFault, InputRefused):
    """A file's content cannot be read without guessing."""


class FileUnreadable(FileFault, IoFault):
    """The disk or the permissions keep a file's content back."""


class LockBusy(DoichieuError):
    """Another run is under way."""

    exit_code = ExitCode.BUSY


class PermissionsFault(DoichieuError):
    """A file with a secret, or a folder with personal data, is open to others."""

    exit_code = ExitCode.PERMISSIONS
