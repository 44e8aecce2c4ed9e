"""All lines as JSON for the page's script: by column, each text once, so that 50,000 lines stay a few megabytes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl

from pipeline.report import figures, history
from pipeline.report.masked import free_text, one_line
from pipeline.report.night import LEDGER_TYPES
from pipeline.report.worded import worded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.report.night import Night
    from pipeline.report.outcome import Outcome

TEXTS = ("rule_id", "urgency", "unit_code", "dossier_code", "feed", "feed_file", "feed_status", "logbook_file")
TEXTS_TO_MASK = ("book_no", "line_no", "procedure_name", "field_name", "applicant_name", "officer")
DAYS = ("received_on", "due_on", "logbook_returned_on", "case_finished_on", "case_returned_on", "close_by")
LEDGER_DAYS = ("first_seen_on", "not_checkable_since")
NUMBERS = ("feed_row", "logbook_row", "days_open", "link_score", "times_reopened")
LONGEST = 600  # characters of a cell
SIDES = ("logbook_file", "logbook_row", "feed_file", "feed_row")
IN_A_SCRIPT = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def embedded(night: Night, phrases: Mapping[str, str]) -> str:
    """A JSON document that cannot end the script element it stands in.

    `texts` has each column's distinct texts, sorted; `codes` their places for each line, from 1, 0 for none; `numbers`
    the columns of numbers. Lines come with the work first, what can still be saved before what is overdue.
    """
    lines = _lines(night, phrases)
    texts = [name for name, kind in lines.schema.items() if kind == pl.String]
    numbers = [name for name in lines.columns if name not in texts]
    distinct = lines.select(pl.col(name).drop_nulls().unique().sort().implode() for name in texts)
    codes = lines.select(pl.col(name).rank("dense").fill_null(0).implode() for name in texts)
    about = {
        "count": lines.height,
        "today": f"{night.outcome.as_of}",
        "lang": night.outcome.lang,
        "ui": _under(phrases, "page.ui."),
        "rules": _under(phrases, "rule."),
        "urgencies": _under(phrases, "urgency."),
    }
    parts = {"texts": distinct, "codes": codes, "numbers": lines.select(pl.col(name).implode() for name in numbers)}
    whole = ",".join(f'"{name}":{frame.write_json()[1:-1]}' for name, frame in parts.items())
    return safe(f'{{"about":{json.dumps(about, ensure_ascii=False)},{whole}}}')


def safe(document: str) -> str:
    """JSON without a sign that HTML or a script reads as its own; they occur in JSON within texts only."""
    return document.translate(str.maketrans(IN_A_SCRIPT))


def _lines(night: Night, phrases: Mapping[str, str]) -> pl.DataFrame:
    days = (*DAYS, *LEDGER_DAYS)
    shown = _with_evidence(_ordered(night), night.outcome)
    return shown.select(
        *(pl.col(name) for name in TEXTS if not name.endswith("_file")),
        *(figures.bare_name(name).alias(name) for name in TEXTS if name.endswith("_file")),
        *(free_text(pl.col(name), LONGEST) for name in TEXTS_TO_MASK),
        *(pl.col(name).dt.strftime("%Y-%m-%d") for name in days),
        pl.col("link_score").round(4),
        *(pl.col(name) for name in NUMBERS if name != "link_score"),
        rule=pl.col("rule"),
        doubtful=pl.col("needs_review").fill_null(value=False).cast(pl.UInt8),
        method=worded("link_method", phrases, "method"),
        detail=_detail(),
        evidence="evidence",
    ).with_columns(one_line(pl.col(pl.String), LONGEST))


def _detail() -> pl.Expr:
    """M12 quotes words as they were written, and a phone may stand behind one; other details are ours."""
    return pl.when(pl.col("rule_id") == "M12").then(free_text(pl.col("detail"), LONGEST)).otherwise("detail")


def _ordered(night: Night) -> pl.DataFrame:
    """The open lines with their history, what to do first before the rest."""
    work = history.first_lines(night, history.work_count(night))
    everything = history.standing(night).mismatches
    rest = everything.filter(~history.is_work.fill_null(value=False))
    return pl.concat([work, rest]).select(pl.col(name).cast(kind) for name, kind in LEDGER_TYPES.items())


def _with_evidence(lines: pl.DataFrame, outcome: Outcome) -> pl.DataFrame:
    evidence = outcome.links.select(*SIDES, "evidence").unique(SIDES, keep="first", maintain_order=True)
    return lines.join(evidence, SIDES, "left", maintain_order="left")


def _under(phrases: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {key.removeprefix(prefix): text for key, text in phrases.items() if key.startswith(prefix)}
