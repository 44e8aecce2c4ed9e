"""The M rules: what book and software do not agree on, one SQL file each in sql/30_rules."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline.database import fetch, fetch_shared, put
from pipeline.queries import queries, query
from pipeline.widen import widen_links, widen_mismatches
from pipeline.working_days import add_working_days, calendar
from schemas.contract import LINK_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from pipeline.queries import Query
    from pipeline.settings import Settings
    from pipeline.store import Stored

GAP_DAYS = 31  # a book or an export without a line for longer has a hole that it cannot speak of
FINDING = """
create or replace sequence finding_number;
create or replace table finding (
    finding_id ubigint default nextval('finding_number'),
    rule_id varchar,
    entry_id uinteger,
    record_id uinteger,
    feed varchar,
    needs_review boolean,
    severity varchar,
    urgency varchar,
    close_by date,
    detail struct(phrase varchar, logbook varchar, software varchar)[]
)
"""


def find_mismatches(con: duckdb.DuckDBPyConnection, as_of: date, settings: Settings) -> None:
    """Fill the table `finding`, one row per finding of any rule; two rules are asked at a time."""
    values = rule_values(as_of, settings)
    put_side_by_side(con, as_of)
    con.execute(FINDING)

    def ask(rule: Query) -> None:
        statement = f"insert into finding by name select '{rule.rule_id}' as rule_id, * from ({rule.statement})"  # noqa: S608 -- our files
        with con.cursor() as own:
            own.execute(statement, {name: values[name] for name in rule.params})

    longest_first = sorted(queries("30_rules"), key=lambda rule: -len(rule.statement))  # nobody waits for it at the end
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(ask, longest_first))


def rule_values(as_of: date, settings: Settings) -> dict[str, Any]:
    """The values that the rules ask for."""
    return {
        "as_of": as_of,
        "due_soon_until": add_working_days(as_of, settings.near_due_days, settings.holidays),
        "tolerance_days": settings.tolerance_days,
    }


def put_side_by_side(con: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """The tables that the rules read: what both sides of each link say, and which days the sources cover."""
    for step in ("linked", "coverage", "unseen_procedure"):
        query("20_link", step).run(con, {"as_of": as_of, "gap_days": GAP_DAYS})


def put_in_words(con: duckdb.DuckDBPyConnection, phrases: Mapping[str, str]) -> None:
    """Give the database the words of details and evidence in the reader's language."""
    words = [(kind, name, text) for key, text in phrases.items() for kind, _, name in [key.partition(".")]]
    put(con, "phrase", pl.DataFrame(words, schema=["kind", "phrase", "text"], orient="row"))
    query("40_report", "evidence").run(con, {})


def mismatches(con: duckdb.DuckDBPyConnection, stored: Stored, as_of: date, settings: Settings) -> pl.DataFrame:
    """The findings with finding_id and the contract's columns (schemas/contract.py), most urgent first in each rule."""
    rules = [(rule.rule_id, rule.rule) for rule in queries("30_rules")]
    put(con, "rule", pl.DataFrame(rules, schema={"rule_id": pl.String, "rule": pl.String}, orient="row"))
    put(con, "calendar_day", _calendar(con, as_of, settings))
    found = fetch(con, query("40_report", "mismatch").statement, {"as_of": as_of})
    return widen_mismatches(found, stored, settings.officers)


def links(con: duckdb.DuckDBPyConnection, stored: Stored, *, with_rows: bool) -> pl.DataFrame:
    """The links with the contract's columns and their evidence in words; no rows when nobody reads them."""
    if not with_rows:
        return pl.DataFrame(schema=LINK_TYPES)
    return widen_links(links_by_id(con), stored)


def links_by_id(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The links with entry_id, record_id and their evidence in words, in the order of the books. Texts are shared."""
    found = fetch_shared(con, query("40_report", "link").statement).sort("entry_id", "feed")
    evidence = fetch_shared(con, "from link_evidence")
    return found.join(evidence, on="agreement", how="left", maintain_order="left").drop("agreement")


def _calendar(con: duckdb.DuckDBPyConnection, as_of: date, settings: Settings) -> pl.DataFrame:
    """Working days from the first return in the books until the business date."""
    first = con.sql("select min(logbook_returned_on) from linked").fetchall()[0][0]
    start = min(first or as_of, as_of) - timedelta(days=1)
    return calendar(start, as_of, settings.holidays).select("day", "working_days")
