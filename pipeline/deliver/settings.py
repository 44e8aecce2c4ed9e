"""[mail] of doichieu.toml: who gets mail, from whom, and through which server."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pipeline.deliver.checks import MAIL_EXPECTED, mail_faults
from pipeline.errors import ConfigFault

if TYPE_CHECKING:
    from collections.abc import Mapping

Security = Literal["starttls", "tls", "none"]
PORTS: Mapping[Security, int] = {"starttls": 587, "tls": 465, "none": 25}
MONDAY = 1


@dataclass(frozen=True)
class SmtpSettings:
    """[mail.smtp]: the server. The password is not among them: `read_password` fetches it when it is needed."""

    host: str
    port: int
    security: Security = "starttls"
    user: str | None = None  # none: the server takes mail without a login
    ca_file: Path | None = None  # in place of the machine's certificate authorities
    timeout_seconds: float = 30  # for one answer; a whole mail has DEADLINE_FACTOR times as long
    password_file: Path | None = None


@dataclass(frozen=True)
class MailSettings:
    """[mail]: addresses that have passed `is_address`; `smtp` is None when mails are only written as files."""

    sender: str = ""
    reply_to: str | None = None
    owner: tuple[str, ...] = ()  # who looks after doichieu; gets every night's mail
    chairman: tuple[str, ...] = ()
    officers: Mapping[str, str] = field(default_factory=dict[str, str])  # officer's name → address
    fields: Mapping[str, str] = field(default_factory=dict[str, str])  # field (lĩnh vực) → address
    units: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])  # unit code → addresses
    weekly_on: int = MONDAY  # ISO weekday of the weekly digest; 0: none
    smtp: SmtpSettings | None = None

    @property
    def recipients(self) -> frozenset[str]:
        """All addresses that may get a mail."""
        of_units = (one for addresses in self.units.values() for one in addresses)
        return frozenset((*self.owner, *self.chairman, *self.officers.values(), *self.fields.values(), *of_units))


def load_mail(own: Mapping[str, Any], home: Path | None = None) -> MailSettings | None:
    """The settings for relaying, from the table [mail]; None without an SMTP host: mails are only written.

    Raises:
        ConfigFault: anything under [mail] is unknown, missing or wrong; all of it at once.
    """
    settings = read_mail(own, home)
    return settings if settings.smtp else None


def read_mail(own: Mapping[str, Any], home: Path | None = None) -> MailSettings:
    """The table [mail] with or without an SMTP host; paths in it are relative to `home` (default: this folder).

    Raises:
        ConfigFault: as `load_mail`.
    """
    found = [f"mail: {fault}" for fault in mail_faults(own)]
    if found:
        raise ConfigFault("; ".join(found), MAIL_EXPECTED)
    facts: dict[str, Any] = dict(own)
    smtp = facts.pop("smtp", {})
    for key in ("owner", "chairman"):
        facts[key] = tuple(facts.get(key, ()))
    facts["units"] = {unit: tuple(addresses) for unit, addresses in facts.get("units", {}).items()}
    return MailSettings(**facts, smtp=_smtp(smtp, home or Path()) if smtp else None)


def _smtp(own: Mapping[str, Any], home: Path) -> SmtpSettings:
    facts: dict[str, Any] = {"port": PORTS[own.get("security", "starttls")], **own}
    for key in ("ca_file", "password_file"):
        if key in facts:
            facts[key] = home / Path(facts[key]).expanduser()
    return SmtpSettings(**facts)
