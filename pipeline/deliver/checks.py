"""What a user may write under [mail] in doichieu.toml; told all at once, like the other settings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from pipeline.checks import faults, is_loopback, is_one_of, is_path, is_table, is_text
from pipeline.errors import ConfigFault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.checks import Check

ATOM, LABEL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+", r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
ADDRESS = re.compile(rf"(?=.{{1,254}}\Z){ATOM}(?:\.{ATOM})*@{LABEL}(?:\.{LABEL})*")  # dot-atom of RFC 5322, in ASCII
HOST = re.compile(rf"{LABEL}(?:\.{LABEL})*|[0-9a-fA-F:]+")
PRINTABLE = re.compile(r"[ -~]+")
HIGHEST_PORT, SUNDAY, LONGEST_TIMEOUT = 65_535, 7, 600
MAIL_EXPECTED = (
    "mail: an address is name@host in plain ASCII letters, one to a string, lists in [ ]; weekly_on is 1 (Monday) to "
    f"7, or 0; smtp.port is 1 to {HIGHEST_PORT}; smtp.security is starttls, tls or none; "
    f"smtp.timeout_seconds is 1 to {LONGEST_TIMEOUT}; a password never stands here."
)


def is_address(value: object) -> bool:
    """One address that can neither end a header's line nor name two people; ASCII, as few relays offer SMTPUTF8."""
    return isinstance(value, str) and ADDRESS.fullmatch(value) is not None


def checked_address(value: str) -> str:
    """The address itself, safe in a header and in an SMTP command.

    Raises:
        ConfigFault: it has a line break, a blank, none or several @, or letters outside ASCII.
    """
    if is_address(value):
        return value
    raise ConfigFault("mail: one address is not of the form name@host", MAIL_EXPECTED)


def mail_faults(mail: Mapping[str, Any]) -> Iterator[str]:
    """All that is wrong under [mail], in words that quote no address."""
    smtp: object = mail.get("smtp", {})
    has_host = isinstance(smtp, dict) and bool(cast("dict[str, Any]", smtp).get("host"))
    needs = ("sender", "owner") if has_host else ()  # somebody must get a mail each night: silence means broken
    yield from faults(mail, MAIL, needs)
    if has_host and mail.get("owner") == []:
        yield "owner is empty"
    if isinstance(smtp, dict):
        yield from (f"smtp: {fault}" for fault in _smtp_faults(cast("dict[str, Any]", smtp)))


def _smtp_faults(smtp: Mapping[str, Any]) -> Iterator[str]:
    found = [*faults(smtp, SMTP, ("host",) if smtp else ())]
    yield from found
    if not found and smtp.get("security") == "none":
        if not is_loopback(smtp["host"]):
            yield "security is none, and host is another machine"
        if "user" in smtp:
            yield "security is none, and a password would cross the net in clear"


def _is_addresses(value: object) -> bool:
    return isinstance(value, list) and all(map(is_address, cast("list[object]", value)))


def _is_address_by_name(value: object) -> bool:
    return isinstance(value, dict) and all(map(is_address, cast("dict[str, object]", value).values()))


def _is_addresses_by_name(value: object) -> bool:
    return isinstance(value, dict) and all(map(_is_addresses, cast("dict[str, object]", value).values()))


def _is_between(first: int, last: int) -> Check:
    return lambda value: type(value) is int and first <= value <= last


def _matches(pattern: re.Pattern[str]) -> Check:
    return lambda value: is_text(value) and pattern.fullmatch(value) is not None


MAIL: Mapping[str, Check] = {
    "sender": is_address,
    "reply_to": is_address,
    "owner": _is_addresses,
    "chairman": _is_addresses,
    "officers": _is_address_by_name,
    "fields": _is_address_by_name,
    "units": _is_addresses_by_name,
    "weekly_on": _is_between(0, SUNDAY),
    "smtp": is_table,
}
SMTP: Mapping[str, Check] = {
    "host": _matches(HOST),
    "port": _is_between(1, HIGHEST_PORT),
    "security": is_one_of("starttls", "tls", "none"),
    "user": _matches(PRINTABLE),
    "ca_file": is_path,
    "timeout_seconds": _is_between(1, LONGEST_TIMEOUT),
    "password_file": is_path,
}
