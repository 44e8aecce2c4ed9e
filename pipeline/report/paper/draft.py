"""Everything that one paper is made from, and the sentences that fill in its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.report.paper.blocks import Paragraph
from pipeline.report.paper.words import Office, number, period_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from pipeline.report.outcome import Outcome
    from pipeline.report.paper.facts import PaperFacts


@dataclass(frozen=True)
class Draft:
    """The outcome, the period's figures, whose paper it is, and in which words."""

    outcome: Outcome
    facts: PaperFacts
    office: Office
    phrases: Mapping[str, str]
    banners: tuple[str, ...] = ()  # what must be known before any number is believed

    @property
    def period(self) -> str:
        """The period in words."""
        return period_name(self.facts.period, self.phrases)

    @property
    def until(self) -> str:
        """The last day of the figures."""
        return self.day(self.facts.period.until)

    @property
    def annex_of_late_only(self) -> str:
        """Its number: an annex without rows is left out, and those after it move up."""
        return "III" if self.facts.held_elsewhere.height else "II"

    def day(self, one: date) -> str:
        """A day as 05/03/2026."""
        return f"{one:%d/%m/%Y}"

    def number(self, count: int) -> str:
        """A count with marks between thousands."""
        return number(count, self.outcome.lang)

    def say(self, phrase: str, /, **facts: object) -> str:
        """A phrase of [paper] with its blanks filled, counts by `number`."""
        shown = {name: self.number(fact) if isinstance(fact, int) else fact for name, fact in facts.items()}
        return self.phrases[f"paper.{phrase}"].format_map({"period": self.period, "until": self.until} | shown)

    def paragraph(self, phrase: str, /, **facts: object) -> Paragraph:
        """The same as a paragraph."""
        return Paragraph(self.say(phrase, **facts))

    def column(self, *names: str) -> tuple[str, ...]:
        """Headings of a table."""
        return tuple(self.phrases[f"paper.column.{name}"] for name in names)
