"""Whether the night could be trusted: its sources in words, and the banners of a mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.report import figures, history
from pipeline.report.masked import calm, cut, one_line
from pipeline.report.reasons import sentence, told
from pipeline.report.worded import feed_name, worded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.report.night import Night

TROUBLED = ("held", "refused", "missing", "stale")  # not used tonight, or too old to speak
NAME_LENGTH, MESSAGE_LENGTH = 50, 220
FOLDERS = r"(^|\s)(?:/|[A-Za-z]:[/\\])(?:[^\s/\\]+[/\\])*"  # of the office's machine: a mail goes without them
DAY = "%d/%m/%Y"
UNITS_NAMED = 8

is_troubled = pl.col("verdict").is_in(TROUBLED)


def sources(night: Night, phrases: Mapping[str, str]) -> pl.DataFrame:
    """Columns of SOURCE_TYPES in words and `is_troubled`, the troubled first."""
    files = pl.concat([night.sources, told(night.sources, phrases)], how="horizontal")
    what, tip = (one_line(pl.col(name), MESSAGE_LENGTH) for name in ("what", "tip"))
    return files.sort(~is_troubled, maintain_order=True).select(
        file=_name(phrases),
        feed=one_line(feed_name(phrases), NAME_LENGTH).fill_null(""),
        verdict=worded("verdict", phrases, "verdict"),
        message=sentence(what, tip).fill_null(""),
        age="age",
        rows="rows",
        quarantined="quarantined",
        is_troubled=is_troubled,
    )


def troubles(night: Night) -> int:
    """How many sources could not be used."""
    return night.sources.filter(is_troubled).height


def notices(night: Night, longest: int = MESSAGE_LENGTH) -> list[str]:
    """The night's notices as a mail may carry them; a report on the office's machine may say more in each."""
    texts = pl.DataFrame({"text": night.outcome.notices}, schema={"text": pl.String})
    return texts.select(one_line(pl.col("text").str.replace_all(FOLDERS, "${1}"), longest))["text"].to_list()


def every_notice(night: Night, phrases: Mapping[str, str]) -> list[str]:
    """For a report that has no banners: those, then the night's notices."""
    return list(dict.fromkeys([*banners(night, phrases), *night.outcome.notices]))  # a side that is missing is in both


def banners(night: Night, phrases: Mapping[str, str]) -> list[str]:
    """What a reader must know before any number: nothing came, a source could not be used, verdicts are frozen."""
    return [
        *_delivery(night, phrases),
        *_one_sided(night, phrases),
        *_trouble(night, phrases),
        *_frozen(night, phrases),
    ]


def _delivery(night: Night, phrases: Mapping[str, str]) -> Iterator[str]:
    today, arrived = night.outcome.as_of, night.sources["arrived_on"].drop_nulls()
    if (arrived == today).any() or "repeated" in night.sources["verdict"]:
        return
    newest = arrived.max()
    phrase = "nothing_delivered" if newest else "nothing_ever"
    yield phrases[f"mail.{phrase}"].format(date=f"{today:{DAY}}", newest=f"{newest:{DAY}}" if newest else "")


def _one_sided(night: Night, phrases: Mapping[str, str]) -> Iterator[str]:
    """Without a book or without an export nothing was compared, and no finding is no good news."""
    if night.sides is None:
        return
    lines, records = night.sides.select(pl.col("lines", "records").sum()).row(0)
    if not lines and not records:
        yield phrases["mail.no_rows"]
    elif not lines or not records:
        yield phrases["notice.no_case_system" if lines else "notice.no_logbook"]
    else:
        yield from _units_of_one_side(night.sides, night.outcome.units, phrases)


def _units_of_one_side(sides: pl.DataFrame, units: pl.DataFrame, phrases: Mapping[str, str]) -> Iterator[str]:
    known = sides.join(units.select("unit_code", "unit"), "unit_code").sort("unit_code")
    for side, phrase in (("lines", "mail.without_book"), ("records", "mail.without_export")):
        names = known.filter(pl.col(side) == 0).select(pl.coalesce("unit", "unit_code")).to_series().to_list()
        shown = ", ".join(map(calm, names[:UNITS_NAMED])) + (", ..." if len(names) > UNITS_NAMED else "")
        if names:
            yield phrases[phrase].format(count=len(names), units=shown)


def _trouble(night: Night, phrases: Mapping[str, str]) -> Iterator[str]:
    found = sources(night, phrases).filter("is_troubled")
    for file, feed, verdict, message in found.select("file", "feed", "verdict", "message").iter_rows():
        name = f"{feed}, {file}" if feed else file
        yield phrases["mail.trouble"].format(name=name, verdict=verdict, message=message).removesuffix("; ")


def _frozen(night: Night, phrases: Mapping[str, str]) -> Iterator[str]:
    for feed, since, count in history.frozen(night).iter_rows():
        name = feed or phrases["mail.no_feed"]  # a rule on all of them, such as M05
        yield phrases["mail.frozen"].format(name=name, date=f"{since:{DAY}}", count=count)


def _name(phrases: Mapping[str, str]) -> pl.Expr:
    return cut(one_line(figures.bare_name("file"), MESSAGE_LENGTH), NAME_LENGTH).fill_null(phrases["mail.no_file"])
