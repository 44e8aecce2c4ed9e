"""What a user may write in doichieu.toml: the kinds of values, told all at once."""

from __future__ import annotations

import re
from datetime import date, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Check = Callable[[Any], bool]

MOST_DAYS, SHORTEST_MONTH = 366, 28
MEMORY = re.compile(r"[1-9][0-9]?%|[1-9][0-9]{0,5} ?[KMGT]i?B")
URL = re.compile(r"https?://[!-~]+")


def is_text(value: object) -> bool:
    """A string."""
    return isinstance(value, str)


def is_texts(value: object) -> bool:
    """A list of strings."""
    return isinstance(value, list) and all(map(is_text, cast("list[object]", value)))


def is_table(value: object) -> bool:
    """A table of anything."""
    return isinstance(value, dict)


def is_words(value: object) -> bool:
    """A table of strings."""
    return isinstance(value, dict) and all(map(is_text, cast("dict[str, object]", value).values()))


def is_days(value: object) -> bool:
    """A number of days, a year at most."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_DAYS


def is_day(value: object) -> bool:
    """A date without a time."""
    return isinstance(value, date) and not isinstance(value, datetime)


def is_one_of(*words: str) -> Check:
    """One of the words."""
    return lambda value: value in words


def is_memory(value: object) -> bool:
    """A share of the machine's memory, or a size in units of 1000 or 1024: 50%, 3GB, 500 MiB."""
    return isinstance(value, str) and MEMORY.fullmatch(value) is not None


def is_path(value: object) -> bool:
    """What can name a file."""
    return isinstance(value, str) and value != "" and "\0" not in value


def is_loopback(host: str) -> bool:
    """This machine, by its usual name or number."""
    try:
        return host.lower() == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_safe_url(value: object) -> bool:
    """An address for https, or for http on this machine; without a user, blanks or letters outside ASCII."""
    if not isinstance(value, str) or URL.fullmatch(value) is None:
        return False
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return bool(host) and "@" not in parts.netloc and (parts.scheme == "https" or is_loopback(host or ""))


def is_patterns(value: object) -> bool:
    """A list of regular expressions."""
    try:
        return is_texts(value) and all(re.compile(one) for one in cast("list[str]", value))
    except re.error:
        return False


def is_entries(checks: Mapping[str, Check], *required: str) -> Check:
    """A list of tables with these keys."""
    return lambda value: (
        isinstance(value, list)
        and all(isinstance(one, dict) and not any(faults(one, checks, required)) for one in cast("list[Any]", value))
    )


def faults(table: Mapping[str, Any], checks: Mapping[str, Check], required: tuple[str, ...] = ()) -> Iterator[str]:
    """Unknown, missing and wrong keys of one table, in words."""
    yield from (f"unknown key {key}" for key in sorted(table.keys() - checks.keys()))
    yield from (f"missing key {key}" for key in required if key not in table)
    yield from (
        f"{key} is of the wrong kind" for key, check in checks.items() if key in table and not check(table[key])
    )


def is_share(value: object) -> bool:
    """A positive number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0


SETTINGS: Mapping[str, Check] = {
    "feeds": is_table,
    "holidays": is_table,
    "unit_code": is_text,
    "lang": is_one_of("vi", "en"),
    "near_due_days": is_days,
    "tolerance_days": is_days,
    "linking": is_table,
    "gate": is_table,
    "officers": is_words,
    "mandatory_feeds": is_words,
    "procedures": is_texts,
    "fields": is_texts,
    "catalogue": is_path,
    "units": is_words,
    "mail": is_table,
    "paper": is_table,
    "memory_limit": is_memory,
    "metrics_file": is_path,
    "health_check_url": is_safe_url,
}
GATE: Mapping[str, Check] = {
    "least_share": is_share,
    "most_share": is_share,
    "history": is_days,
    "least_history": is_days,
    "least_rows": is_days,
    "future_share": is_share,
    "gap_days": is_days,
    "warn_after_days": is_days,
    "stale_after_days": is_days,
    "stale_book_after_days": is_days,
}
PAPER: Mapping[str, Check] = {
    "issuer": is_texts,
    "place": is_text,
    "number_suffix": is_text,
    "signer": is_texts,
    "recipients": is_texts,
    "period_ends_on": lambda value: type(value) is int and 0 <= value <= SHORTEST_MONTH,
}
HOLIDAYS: Mapping[str, Check] = {
    "day": is_entries({"on": is_day, "kind": is_one_of("off", "worked"), "by": is_text}, "on", "kind"),
    "year": is_entries(
        {"year": lambda value: type(value) is int, "confirmed": lambda value: type(value) is bool, "by": is_text},
        "year",
    ),
}
NAMES: Mapping[str, Check] = {"surnames": is_texts, "honorifics": is_texts, "abbreviations": is_words}
PROCEDURES: Mapping[str, Check] = {"abbreviations": is_words, "ignored": is_texts}
CODES: Mapping[str, Check] = {"shapes": is_patterns, "prefixes": is_texts}
EXPECTED = (
    f"lang is vi or en; days are numbers from 0 to {MOST_DAYS}; health_check_url begins with https://; "
    "`doichieu init` writes an example of each."
)
PAPER_EXPECTED = (
    "paper: issuer, signer and recipients are lists of lines, place and number_suffix are texts; "
    f"period_ends_on is the day on which reporting months end, 1 to {SHORTEST_MONTH}, or 0 for the last."
)
