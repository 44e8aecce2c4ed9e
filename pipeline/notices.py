"""What the reader must know beside the findings: what was left aside, inferred, or could not be checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.collect import shown
from pipeline.working_days import unconfirmed_years

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    import duckdb

    from pipeline.evidence import Unheard
    from pipeline.prepare import Source
    from pipeline.reading import Reading, Refusal
    from pipeline.settings import Settings

NAMES_SHOWN = 10
Notice = tuple[str, dict[str, Any]]  # phrase of [notice], what fills it


def notices(
    con: duckdb.DuckDBPyConnection, reading: Reading, as_of: date, settings: Settings, phrases: Mapping[str, str]
) -> list[str]:
    """All notices in the reader's language, the gravest first."""
    found = [
        *_of_sides(con, reading.sources),
        *(("refused", _refused(one, phrases)) for one in reading.refusals),
        *_of_collecting(reading),
        *(notice for source in reading.sources for notice in of_file(source, phrases)),
        *_of_coverage(con, phrases),
        *_of_catalogue(con),
        *(("unconfirmed_year", {"year": year}) for year in _unconfirmed(con, as_of, settings)),
    ]
    return _worded(found, phrases)


def night_notices(  # noqa: PLR0913, PLR0917 -- what a night's report tells beside its findings
    con: duckdb.DuckDBPyConnection,
    sources: Sequence[Source],
    left: Iterable[tuple[str, str]],
    today: date,
    settings: Settings,
    phrases: Mapping[str, str],
) -> list[str]:
    """The same of a night: of tonight's files, of names left in the inbox with the reason, of what the books cover."""
    found = [
        *_of_books(con),
        *(("left_in_inbox", {"file": name, "reason": phrases[f"inbox.{reason}"]}) for name, reason in left),
        *(notice for source in sources for notice in of_file(source, phrases)),
        *_of_coverage(con, phrases),
        *_of_catalogue(con),
        *(("unconfirmed_year", {"year": year}) for year in _unconfirmed(con, today, settings)),
    ]
    return _worded(found, phrases)


def warnings(con: duckdb.DuckDBPyConnection, reading: Reading, phrases: Mapping[str, str]) -> list[str]:
    """Those without which a bare table would mislead: a side that is missing, files and rows that another replaced."""
    return _worded([*_of_sides(con, reading.sources), *_of_collecting(reading)], phrases)


def of_unheard(unheard: Unheard, phrases: Mapping[str, str]) -> list[str]:
    """Which rules are silent for want of a file, and what to do about it."""
    rules = "; ".join(f"{rule_id} {phrases[f'rule.{rule_id}']}" for rule_id in unheard.rule_ids)
    facts = {"files": ", ".join(unheard.files), "rules": rules}
    return _worded([("unheard", facts)] if unheard.files else [], phrases)


def of_unproven(count: int, files: Sequence[str], phrases: Mapping[str, str]) -> list[str]:
    """How many findings are not told because files of the state are held, or too old to speak of the business date."""
    facts = {"count": count, "files": ", ".join(files)}
    return _worded([("unproven", facts)] if count or files else [], phrases)


def _worded(found: Iterable[Notice], phrases: Mapping[str, str]) -> list[str]:
    return [shown(phrases[f"notice.{phrase}"].format_map(facts)) for phrase, facts in found]


def _refused(refusal: Refusal, phrases: Mapping[str, str]) -> dict[str, str]:
    fault = refusal.fault
    return {"file": refusal.file, "why": fault.why(phrases), "tip": fault.way_out(phrases)}


def _of_sides(con: duckdb.DuckDBPyConnection, sources: Sequence[Source]) -> Iterator[Notice]:
    sides = {source.is_logbook for source in sources if source.speaks}
    if True not in sides:
        yield "no_logbook", {}
    elif False not in sides:
        yield "no_case_system", {}
    elif not con.sql("select exists (from link)").fetchall()[0][0]:
        yield "no_links", {}


def _of_books(con: duckdb.DuckDBPyConnection) -> Iterator[Notice]:
    """Whether one side of the comparison has no row at all."""
    has_lines, has_records, has_links = con.sql(
        "select exists (from logbook_entry), exists (from case_record), exists (from link)"
    ).fetchall()[0]
    if not has_lines:
        yield "no_logbook", {}
    elif not has_records:
        yield "no_case_system", {}
    elif not has_links:
        yield "no_links", {}


def _of_collecting(reading: Reading) -> Iterator[Notice]:
    for path, other in reading.collected.twins:
        yield "same_content", {"file": path, "other": other}
    for folder, names in reading.collected.skipped.items():
        yield "skipped_files", {"folder": folder, "count": len(names), "files": ", ".join(names)}
    if reading.own_reports:
        yield "own_reports", {"count": len(reading.own_reports), "files": ", ".join(reading.own_reports)}
    if reading.replaced:
        yield "replaced", {"count": reading.replaced}


def of_file(source: Source, phrases: Mapping[str, str]) -> Iterator[Notice]:
    """What of a file was not read, or not as it stands there."""
    table = source.table
    if table.unknown_headings:
        yield "unknown_columns", {"file": source.file, "columns": ", ".join(table.unknown_headings)}
    if table.missing_expected:
        columns = ", ".join(phrases[f"field.{name}"] for name in table.missing_expected)
        yield "missing_columns", {"file": source.file, "columns": columns}
    for heading, preferred in table.outranked_headings.items():
        if heading in table.headings:
            continue  # read after all, under another meaning
        yield "outranked", {"file": source.file, "heading": heading, "preferred": preferred}
    if table.ignored_sheets:
        yield "ignored_sheets", {"file": source.file, "sheets": ", ".join(table.ignored_sheets)}
    if table.stated_total is not None and table.stated_total != table.rows.height:
        yield "stated_total", {"file": source.file, "stated": table.stated_total, "read": table.rows.height}
    if source.is_logbook and (inferred := source.split.accepted["inferred"].count()):
        yield "inferred", {"file": source.file, "count": inferred}


def _of_coverage(con: duckdb.DuckDBPyConnection, phrases: Mapping[str, str]) -> Iterator[Notice]:
    """Where books and feeds reach over different days, the rules on missing dossiers are silent outside."""
    statement = "select feed, min(covers_from), max(covers_until) from coverage group by feed order by 1"
    spans = con.sql(statement).fetchall()
    if len({span[1:] for span in spans}) > 1:
        called = {"logbook": phrases["mail.logbook"]}
        parts = [f"{called.get(feed, feed)} {first:%d/%m/%Y}-{last:%d/%m/%Y}" for feed, first, last in spans]
        yield "coverage", {"spans": ", ".join(parts)}


def _of_catalogue(con: duckdb.DuckDBPyConnection) -> Iterator[Notice]:
    """The other half of M12: procedures of the catalogue that no export ever names."""
    names = [name for (name,) in con.sql("select procedure_name from unseen_procedure order by all").fetchall()]
    if names:
        total = con.sql("select count(distinct procedure_key) from catalogue_procedure").fetchall()[0][0]
        shown_names = "; ".join(names[:NAMES_SHOWN]) + ("; ..." if len(names) > NAMES_SHOWN else "")
        yield "unseen_procedures", {"count": len(names), "total": total, "names": shown_names}


def _unconfirmed(con: duckdb.DuckDBPyConnection, as_of: date, settings: Settings) -> list[int]:
    first = con.sql("select min(logbook_returned_on) from linked where state in ('open', 'paused', 'done')").fetchall()
    start = first[0][0] or as_of
    return unconfirmed_years(range(min(start.year, as_of.year), as_of.year + 1), settings.holidays)
