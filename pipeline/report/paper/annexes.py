"""The annexes: form II.06 in both views with the difference, interlinked dossiers, what only the software has late."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.report.paper.blocks import Annex, Grid, Heading, Paragraph
from pipeline.report.paper.facts import COUNTS, VIEWS, difference, totals
from pipeline.report.paper.words import numbered, signed, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pipeline.report.paper.blocks import Block, Cells
    from pipeline.report.paper.draft import Draft

LONGEST = 300  # rows of an annex; a paper is no database
DAYS = ("due_on", "book_returned_on", "software_solved_on")
UNTOLD = "…"
NUMBERING = (
    *("(1)", "(2)", "(3)=(4)+ (5)+(6)", "(4)", "(5)", "(6)", "(7)=(8)+ (9)+(10)", "(8)", "(9)", "(10)"),
    *("(11)= (12)+(13)", "(12)", "(13)"),
)


def annexes(draft: Draft) -> tuple[Annex, ...]:
    """Annex I always; the lists only where they have rows."""
    return (
        Annex((*_title(draft, "I", "annex_form"), *_form(draft)), is_landscape=True),
        *_listed(draft, draft.facts.held_elsewhere, "II", "held", _held),
        *_listed(draft, draft.facts.late_only, draft.annex_of_late_only, "late_only", _late_only),
    )


def _title(draft: Draft, annex: str, phrase: str) -> tuple[Block, ...]:
    return (
        Heading(0, draft.say("annex", annex=annex)),
        Heading(0, draft.say(phrase, period=draft.period.upper())),
        Paragraph(draft.say("annex_of", suffix=draft.office.number_suffix), is_centred=True),
    )


def _form(draft: Draft) -> Iterator[Block]:
    """The form by the software's word, after a look at the book, and the second less the first."""
    form, lang, blanks = draft.facts.form, draft.outcome.lang, {"field_name": draft.say("no_field")}
    yield Paragraph(draft.say("unit_of_counting"), is_centred=True)
    for view in VIEWS:
        rows = texts(form.filter(view=view).select("field_name", *COUNTS), blanks, lang)
        total = tuple(draft.number(count) for count in totals(form, view).values())
        yield _form_grid(draft, f"grid_{view}", rows, total)
    apart = difference(form)
    sums = apart.select(pl.lit(draft.say("total")).alias("field_name"), pl.col(COUNTS).sum())
    rows, (last,) = (
        texts(one.select("field_name", *(signed(pl.col(name), lang).alias(name) for name in COUNTS)), blanks, lang)
        for one in (apart, sums)
    )
    yield _form_grid(draft, "grid_difference", rows, last[1:])


def _form_grid(draft: Draft, caption: str, rows: list[Cells], total: Cells) -> Grid:
    groups = draft.column("received_group", "solved_group", "pending_group")
    return Grid(
        draft.say(caption),
        draft.column("place", "field_of_form", *COUNTS),
        numbered(rows),
        widths=(1, 4.2, *(1.5 for _ in COUNTS)),
        total=("", draft.say("total"), *total),
        spans=(("", 1), ("", 1), (groups[0], 4), (groups[1], 4), (groups[2], 3)),
        numbering=NUMBERING,
        numbers_from=2,
        size=11,
    )


def _listed(
    draft: Draft, rows: pl.DataFrame, annex: str, name: str, grid: Callable[[Draft, pl.DataFrame], Grid]
) -> Iterator[Annex]:
    """A list of dossiers under its title; only the first ones of a long list."""
    if rows.is_empty():
        return
    note = Paragraph(draft.say(f"{name}_note"), is_centred=True)
    rest = (draft.paragraph("rest", count=rows.height - LONGEST),) if rows.height > LONGEST else ()
    blocks = (*_title(draft, annex, f"annex_{name}"), note, grid(draft, rows.head(LONGEST)), *rest)
    yield Annex(blocks, is_landscape=True)


def _held(draft: Draft, rows: pl.DataFrame) -> Grid:
    columns = (
        *("dossier_code", "field_name", "procedure_name", "agency"),
        *("received_on", "due_on", "days_held", "days_overdue"),
    )
    blanks = {"field_name": draft.say("no_field"), "agency": draft.say("no_agency")}
    headings = draft.column("place", "dossier_code", "field", *columns[2:])
    return Grid(
        "",
        headings,
        numbered(texts(rows.select(columns), blanks, draft.outcome.lang)),
        widths=(1, 5.5, 2.8, 4.2, 3.6, 2.2, 2.2, 1.5, 1.7),
        numbers_from=5,
    )


def _late_only(draft: Draft, rows: pl.DataFrame) -> Grid:
    line = pl.concat_str(pl.col("book_no", "line_no").fill_null(UNTOLD), separator=", ")
    shown = rows.select("dossier_code", "field_name", line.alias("book_line"), *DAYS)
    blanks = {"field_name": draft.say("no_field"), "software_solved_on": draft.say("still_open")}
    headings = draft.column("place", "dossier_code", "field", *shown.columns[2:])
    return Grid(
        "",
        headings,
        numbered(texts(shown, blanks, draft.outcome.lang)),
        widths=(1, 4.8, 4, 2, 2.4, 2.4, 2.8),
        numbers_from=3,
    )
