"""What a mail shows, in words and in order: the templates only lay it out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.report import figures, health, history
from pipeline.report.masked import calm
from pipeline.report.phrases import load_phrases, words_of
from pipeline.report.tables import Table, number, officers, repeaters, rules, source_table, speed, units
from pipeline.report.work_table import work_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.report.letter import Letter
    from pipeline.report.night import Night
    from pipeline.report.outcome import Outcome

LINES, CHAIRMANS_LINES = 15, 5
NOTICES, BANNERS = 10, 8
DAY = "%d/%m/%Y"


@dataclass(frozen=True)
class Number:
    """One figure of the first screen: `tone` is loss, gain or plain."""

    count: str
    text: str
    tone: str


@dataclass(frozen=True)
class Page:
    """All texts of one mail, masked and cut; empty ones are left out."""

    lang: str
    subject: str
    title: str
    reader: str
    banners: list[str]
    verdict: str
    is_well: bool  # nothing was found, and everything could be looked at
    numbers: list[Number]
    change: str
    share: str
    tables: list[Table]
    notices: list[str]
    closing: list[str]
    words: Mapping[str, str] = field(repr=False)


def make_page(night: Night, letter: Letter, attached: int | None = None) -> Page:
    """Everything that one reader's mail says; `night` is the part of it that the reader may see."""
    phrases, outcome = load_phrases(letter.lang), history.standing(night)
    words, banners = words_of(phrases, "mail"), health.banners(night, phrases)
    verdict = _verdict(night, banners, words)
    return Page(
        lang=letter.lang,
        subject=_subject(night, outcome, letter, words),
        title=words[f"title_{letter.kind}"].format(date=f"{outcome.as_of:{DAY}}"),
        reader=_reader(letter, words),
        banners=_shortened(banners, BANNERS, words),
        verdict=verdict,
        is_well=verdict == words["all_well"],
        numbers=_numbers(night, outcome, letter, words),
        change=_change(night, letter, words),
        share=_share(outcome, letter, words),
        tables=[table for table in _tables(night, letter, phrases) if table.rows],
        notices=_shortened([one for one in health.notices(night) if one not in banners], NOTICES, words),
        closing=_closing(night, letter, words, attached),
        words=words,
    )


def _subject(night: Night, outcome: Outcome, letter: Letter, words: Mapping[str, str]) -> str:
    """Numbers and dates only: nothing that came from data can reach a header."""
    numbers, troubles = figures.headline(outcome), health.troubles(night)
    late, savable = (number(one, letter.lang) for one in (numbers.late_only_in_software, numbers.savable_this_week))
    subject = words[f"subject_{letter.kind}"].format(date=f"{outcome.as_of:{DAY}}", late=late, savable=savable)
    return subject + (words["subject_trouble"].format(count=troubles) if troubles else "")


def _reader(letter: Letter, words: Mapping[str, str]) -> str:
    if letter.audience == "unit":
        return words["for_unit"].format(code=calm(" ".join(filter(None, (letter.unit, letter.unit_code)))))
    if letter.audience == "officer" and letter.officer:
        return words["for_officer"].format(name=calm(letter.officer))
    return (
        words["for_fields"].format(names=calm(", ".join(sorted(letter.fields)))) if letter.audience == "officer" else ""
    )


def _numbers(night: Night, outcome: Outcome, letter: Letter, words: Mapping[str, str]) -> list[Number]:
    """What was lost for nothing and what can still be saved; the rest only where there is some."""
    numbers, to_check = figures.headline(outcome), history.to_check(night)
    days = {"date": f"{outcome.as_of:{DAY}}", "week_end": f"{numbers.week_ends_on:{DAY}}"}
    shown = [
        ("late", numbers.late_only_in_software, "loss"),
        ("today", numbers.savable_today, "gain"),
        ("week", numbers.savable_this_week, "gain"),
    ]
    seldom = [("paper", numbers.late_on_paper_too, "plain"), ("check", to_check, "plain")]
    return [
        Number(number(count, letter.lang), words[f"number_{name}"].format(**days), tone if count else "plain")
        for name, count, tone in (*shown, *(one for one in seldom if one[1]))
    ]


def _change(night: Night, letter: Letter, words: Mapping[str, str]) -> str:
    change = history.changes(night)
    new, fixed = (number(one, letter.lang) for one in (change.new, change.fixed))
    if change.since is None:
        return words["change_first"].format(new=new)
    return words[f"change_{letter.kind}"].format(date=f"{change.since:{DAY}}", new=new, fixed=fixed)


def _share(outcome: Outcome, letter: Letter, words: Mapping[str, str]) -> str:
    """For the chairman: how much of the software's lateness never happened."""
    total, late = history.overdue_share(outcome)
    if letter.audience != "chairman" or not total:
        return ""
    shown = {"total": number(total, letter.lang), "late": number(late, letter.lang)}
    return words["share"].format(**shown, percent=round(100 * late / total))


def _verdict(night: Night, banners: list[str], words: Mapping[str, str]) -> str:
    """A mail without work says so: all is well only when everything could be looked at and nothing else was found."""
    if history.work_count(night):
        return ""
    if banners:
        return words["nothing_found"]
    return words["nothing_to_close" if history.other_count(night) else "all_well"]


def _tables(night: Night, letter: Letter, phrases: Mapping[str, str]) -> list[Table]:
    lines = CHAIRMANS_LINES if letter.audience == "chairman" else LINES
    weekly = [repeaters(night, letter, phrases), speed(night, letter, phrases)] if letter.kind == "weekly" else []
    return [
        *weekly,
        work_table(night, letter, phrases, lines),
        units(night, letter, phrases),
        officers(night, letter, phrases),
        rules(night, letter, phrases),
        source_table(night, letter, phrases),
    ]


def _closing(night: Night, letter: Letter, words: Mapping[str, str], attached: int | None) -> list[str]:
    place = letter.report_place or f"reports/{night.outcome.as_of}"
    found = [words["full_report"].format(place=calm(place))]
    if attached is not None:
        total = history.work_count(night)
        shown = {"shown": number(attached, letter.lang), "total": number(total, letter.lang)}
        found.append(words["attached"].format(**shown))
    return [*found, words["footer"]]


def _shortened(texts: list[str], longest: int, words: Mapping[str, str]) -> list[str]:
    rest = len(texts) - longest
    return texts if rest <= 0 else [*texts[:longest], words["others"].format(count=rest)]
