"""The newest state as its last run saw it: the reports anew, without comparing anything."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline import database, link, reconcile
from pipeline.errors import NoInput
from pipeline.night.decisions import load_state
from pipeline.night.freshness import aged
from pipeline.night.generations import newest_state
from pipeline.night.history import accounts_of, last_run, previous_day, quarantine_of, sides_of, told_since
from pipeline.night.intake import Intake
from pipeline.night.sources import source_health
from pipeline.night.tonight import Tonight
from pipeline.night.trend import open_by_day
from pipeline.paper import paper_facts
from pipeline.period import period_of
from pipeline.report.night import Night
from pipeline.report.outcome import Outcome
from pipeline.report.phrases import load_phrases
from pipeline.report.units import units_of, with_fix_days
from pipeline.widen import most_urgent_first
from schemas.contract import LINK_TYPES, MISMATCH_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.night.generations import State
    from pipeline.night.home import Home
    from pipeline.report.paper.facts import PaperFacts
    from pipeline.settings import Settings


def last_night(home: Home, settings: Settings) -> tuple[Night, pl.DataFrame]:
    """What the last run found, and the open mismatches by day (pipeline.night.trend).

    Links are not kept, so a line's evidence is what its detail says; notices are told by the run itself.

    Raises:
        NoInput: no run has been completed yet.
        ConfigFault: the state needs a person.
    """
    state = newest_state(home)
    last = _needed(last_run(state), home)
    phrases = load_phrases(settings.lang)
    ended_at = datetime.fromisoformat(last["ended_at"])
    that_night = Tonight(home, last["business_date"], ended_at, settings, phrases, lambda _: None)
    previous_on = previous_day(state["run"], that_night.today)
    ledger = told_since(state["mismatch"], previous_on)
    night = Night(
        outcome=_outcome(state, ledger["open"], that_night, phrases),
        previous_on=previous_on,
        open=ledger["open"],
        fixed=ledger["resolved"],
        withdrawn=ledger["withdrawn"],
        sources=source_health(
            state, aged(state["load"], that_night.today, settings), Intake(state["load"], {}, ()), that_night
        ),
        sides=sides_of(state),
    )
    return night, open_by_day(state)


def last_paper(home: Home, settings: Settings, kind: str) -> PaperFacts:
    """The figures of the week, month, ... that contains the last run's business date, from the rows of the state.

    Raises:
        NoInput: no run has been completed yet.
        ConfigFault: the state needs a person.
    """
    state = newest_state(home)
    today = _needed(last_run(state), home)["business_date"]
    period = period_of(kind, today, settings.paper.get("period_ends_on", 0))
    with database.open_database(settings.memory_limit) as con:
        stored = load_state(con, state, settings)
        link.link(con, settings)
        reconcile.put_side_by_side(con, today)
        return paper_facts(con, stored, period, settings, state)


def _needed(last: dict[str, Any] | None, home: Home) -> dict[str, Any]:
    if last is None:
        raise NoInput(f"{home.state}: no run yet, so there is nothing to report", "doichieu nightly")
    return last


def _outcome(state: State, still_open: pl.DataFrame, that_night: Tonight, phrases: Mapping[str, str]) -> Outcome:
    place = f"reports/{that_night.today}"
    return Outcome(
        as_of=that_night.today,
        lang=that_night.settings.lang,
        mismatches=most_urgent_first(still_open.select(MISMATCH_COLUMNS)),
        links=pl.DataFrame(schema=LINK_TYPES),
        quarantine=quarantine_of(state, phrases),
        files=accounts_of(state, phrases),
        notices=[phrases["page.from_state"].format(place=place)],
        units=with_fix_days(
            units_of(state["case_row"], state["logbook_row"], that_night.settings.units),
            state["mismatch"],
            that_night.today,
            that_night.settings.holidays,
        ),
    )
