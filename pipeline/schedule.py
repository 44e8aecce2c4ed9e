"""Every night by itself: a systemd service and timer, or a file for cron.d, for one home on this machine."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import UsageFault
from pipeline.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import time

USER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,30}\$?|[0-9]{1,10}")
UNSAFE = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff]|^\s|\s$")  # cron and systemd read these in ways of their own
HOMES = (Path("/home"), Path("/root"), Path("/run/user"))
TEMPORARY = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108 -- told apart, not written to
CREDENTIAL = Path("/etc/doichieu/smtp_password")
ONLINE = "Wants=network-online.target\nAfter=network-online.target\n"
NETWORK = """\
# Mạng: để gửi thư hoặc báo hiệu. / The net: for mail or the health check.
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX"""
NO_NETWORK = """\
# Không cần mạng: chưa có máy chủ thư. / No net: no mail server is configured.
PrivateNetwork=yes
IPAddressDeny=any
RestrictAddressFamilies=AF_UNIX"""
CREDENTIAL_NOTE = """
# Mật khẩu SMTP nằm ở / The SMTP password is in
#   {path}   (chown root, chmod 600)
"""
CRON_LOGIN_NOTE = """\
# Mật khẩu SMTP: tệp chỉ {user} đọc được (chmod 600), ghi ở mail.smtp.password_file trong doichieu.toml.
# The SMTP password: a file that only {user} can read (chmod 600), named by mail.smtp.password_file in doichieu.toml.
"""


@dataclass(frozen=True)
class Schedule:
    """What a night needs to run by itself; all paths absolute.

    Raises:
        UsageFault: a user or path that cron or systemd would read as something else.
    """

    home: Path
    at: time  # in Viet Nam
    user: str
    command: tuple[str, ...]  # the running doichieu
    reads: tuple[Path, ...] = ()  # what else must stay visible: the interpreter, certificates
    metrics_folder: Path | None = None  # when it lies outside the home
    has_smtp: bool = False
    has_login: bool = False
    has_health_check: bool = False
    password_file: Path | None = None
    mail_to: str | None = None  # whom cron tells; else the user

    def __post_init__(self) -> None:
        if not USER.fullmatch(self.user):
            raise UsageFault("--user: is no user's name", "Name the user that the home belongs to.")
        for path in (str(self.home), *self.command, str(self.metrics_folder or ""), str(self.password_file or "")):
            if UNSAFE.search(path):
                raise UsageFault(
                    f"{path}: has a line break, backslash or blank at an end, which cron and systemd misread",
                    "Choose a folder of a plain name.",
                )

    @property
    def words(self) -> tuple[str, ...]:
        """The nightly command."""
        return (*self.command, "nightly", "--home", str(self.home))


def systemd_files(schedule: Schedule) -> dict[str, str]:
    """Service, timer and the unit that tells a failure, by file name.

    Raises:
        UsageFault: the program's path has quotation marks, which systemd refuses there.
    """
    if set(schedule.command[0]) & set("\"'"):
        raise UsageFault(f"{schedule.command[0]}: has quotation marks", "Install doichieu in a folder of a plain name.")
    has_network = schedule.has_smtp or schedule.has_health_check
    metrics = [_quoted(f"-{schedule.metrics_folder}")] if schedule.metrics_folder else []  # -: it may not exist
    facts = {
        "user": schedule.user,
        "command": " ".join([_quoted(schedule.words[0]), *(_argument(word) for word in schedule.words[1:])]),
        "at": f"{schedule.at:%H:%M}",
        "writable": " ".join([_quoted(str(schedule.home)), *metrics]),
        "network_unit": ONLINE if has_network else "",
        "network": NETWORK if has_network else NO_NETWORK,
        **_credential(schedule),
        **_visible(schedule),
    }
    return {name: _filled(name, facts) for name in ("doichieu.service", "doichieu.timer", "doichieu-failed.service")}


def cron_files(schedule: Schedule) -> dict[str, str]:
    """The file for /etc/cron.d; a dot in its name would make cron pass it over."""
    facts = {
        "user": schedule.user,
        "command": shlex.join(schedule.words).replace("%", r"\%"),  # a bare % is a line break to cron
        "hour": str(schedule.at.hour),
        "minute": str(schedule.at.minute),
        "mail_to": schedule.mail_to or schedule.user,
        "password_note": CRON_LOGIN_NOTE.format(user=schedule.user) if schedule.has_login else "",
    }
    return {"doichieu": _filled("doichieu.cron", facts)}


def _filled(name: str, facts: Mapping[str, str]) -> str:
    return (ROOT / "schemas" / "templates" / name).read_text(encoding="utf-8").format_map(facts)


def _credential(schedule: Schedule) -> dict[str, str]:
    if not schedule.has_login:
        return {"credential": "", "credential_note": ""}
    path = str(schedule.password_file or CREDENTIAL)
    line = f"LoadCredential=smtp_password:{path.replace('%', '%%')}\n"  # to the end of the line: no quotes here
    return {"credential": line, "credential_note": CREDENTIAL_NOTE.format(path=path)}


def _visible(schedule: Schedule) -> dict[str, str]:
    """Homes and temporary folders are hidden, unless something that is needed lies there."""
    needed = [schedule.home, Path(schedule.command[0]), *schedule.reads, schedule.metrics_folder or schedule.home]

    def is_needed(*folders: Path) -> bool:
        return any(path.is_relative_to(folder) for path in needed for folder in folders)

    return {
        "protect_home": "read-only" if is_needed(*HOMES) else "yes",
        "private_tmp": "no" if is_needed(*TEMPORARY) else "yes",
    }


def _quoted(path: str) -> str:
    return '"' + path.replace("%", "%%").replace('"', '\\"') + '"'


def _argument(word: str) -> str:
    """As a path, and with no variable put in for a $; systemd does not look for one in the program's own name."""
    return _quoted(word).replace("$", "$$")
