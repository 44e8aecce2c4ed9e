"""What the paper says, part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline.report import figures
from pipeline.report.paper.blocks import Heading, Paragraph
from pipeline.report.paper.body_tables import field_table, officer_table, rule_table
from pipeline.report.paper.facts import VIEWS, broken_identities, totals
from pipeline.report.paper.words import day
from pipeline.report.phrases import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.report.paper.blocks import Block
    from pipeline.report.paper.draft import Draft


def body(draft: Draft) -> tuple[Block, ...]:
    """All parts in their order, from the opening to the "./."."""
    return (
        draft.paragraph("opening"),
        *(Paragraph(banner, is_warning=True) for banner in draft.banners),
        *_handled(draft),
        *_reconciled(draft),
        *_to_do(draft),
        *_how(draft),
        draft.paragraph("ending"),
    )


def _handled(draft: Draft) -> Iterator[Block]:
    """Part I: the form's sums in both views, and the fields in which they differ."""
    form = draft.facts.form
    yield Heading(1, draft.say("part_1"))
    yield from _broken(draft)
    for view in VIEWS:
        yield Heading(2, draft.say(f"part_1_{view}"))
        yield draft.paragraph("received", **totals(form, view))
        yield draft.paragraph("solved", **totals(form, view))
    late = {view: sums["late"] + sums["pending_late"] for view in VIEWS for sums in [totals(form, view)]}
    late_only = draft.facts.late_only.height
    seen = [draft.say("see_late_only", annex=draft.annex_of_late_only)] if late_only else []
    yield Paragraph(" ".join([draft.say("overdue", late_only=late_only, **late), *seen]))
    yield draft.paragraph("see_form")
    yield field_table(draft)


def _broken(draft: Draft) -> Iterator[Block]:
    """A form that does not add up says so itself, above its first number."""
    broken = broken_identities(draft.facts.form)
    if broken.height:
        faults = [
            draft.say(
                "broken_fault", view=draft.say(f"view_{view}"), field=field or draft.say("no_field"), identity=identity
            )
            for view, field, identity in broken.rows()
        ]
        yield Paragraph(draft.say("broken", faults="; ".join(faults)), is_warning=True)


def _reconciled(draft: Draft) -> Iterator[Block]:
    """Part II: what was found and put right, and what is late in the software only."""
    facts = draft.facts
    yield Heading(1, draft.say("part_2"))
    yield Heading(2, draft.say("part_2_found"))
    stands = figures.by_rule(draft.outcome).select(open=pl.col("asserted").sum(), to_check=pl.col("to_check").sum())
    counts = {name: int(count) for name, count in stands.row(0, named=True).items()}
    if facts.history_from:
        changed = facts.changed.select(pl.col("found", "fixed").sum()).row(0, named=True)
        yield draft.paragraph("found_with_history", **counts, **changed)
        if facts.history_from >= facts.period.begin:
            yield draft.paragraph("history_from", date=day(facts.history_from))
    else:
        yield draft.paragraph("found_alone", **counts)
    yield from rule_table(draft)
    yield Heading(2, draft.say("part_2_late"))
    yield from _late(draft)


def _late(draft: Draft) -> Iterator[Block]:
    headline = figures.headline(draft.outcome)
    yield draft.paragraph(
        "late_now",
        late_only_in_software=headline.late_only_in_software,
        late_on_paper_too=headline.late_on_paper_too,
    )
    if for_ever := draft.facts.late_only["software_solved_on"].count():
        yield draft.paragraph("late_for_ever", count=for_ever)
    if headline.savable_this_week:
        yield draft.paragraph(
            "savable",
            savable_this_week=headline.savable_this_week,
            savable_today=headline.savable_today,
            week_end=day(headline.week_ends_on),
        )


def _to_do(draft: Draft) -> Iterator[Block]:
    """Part III: who has to do what."""
    yield Heading(1, draft.say("part_3"))
    table = officer_table(draft)
    tasks = [draft.say("do_close" if table else "nothing_to_do"), *_tasks(draft)]
    first, *others = [Paragraph(f"{place}. {task}") for place, task in enumerate(tasks, start=1)]
    yield first
    if table:
        yield table
    yield from others


def _tasks(draft: Draft) -> Iterator[str]:
    """What others than the officers of the table have to do."""
    doubtful = draft.outcome.mismatches.filter(~figures.is_asserted).height
    counts = {"do_enter": _asserted(draft, "M05"), "do_return": _asserted(draft, "M04"), "do_check": doubtful}
    for phrase, count in counts.items():
        if count:
            yield draft.say(phrase, count=count)
    held = draft.facts.held_elsewhere
    if held.height:
        yield draft.say("do_chase", count=held.height, overdue=held["days_overdue"].count(), annex="II")


def _how(draft: Draft) -> Iterator[Block]:
    """Part IV: the view, and what the sources do not tell."""
    yield Heading(1, draft.say("part_4"))
    yield draft.paragraph("how_late")
    yield draft.paragraph("how_book")
    lines = [*_sources(draft), *_doubts(draft)]
    yield from (Paragraph(f"- {line}") for line in lines)


def _sources(draft: Draft) -> Iterator[str]:
    covered, period = draft.facts.covered, draft.facts.period
    if "logbook" not in covered["feed"]:
        yield draft.say("no_logbook")
    if covered.filter(pl.col("feed") != "logbook").is_empty():
        yield draft.say("no_case_system")
    for feed, title, rows, begin, until in covered.select(
        "feed", "title", "rows", "covers_from", "covers_until"
    ).rows():
        name = draft.say("logbook") if feed == "logbook" else title
        if begin is None:
            yield draft.say("source_without_days", name=name, rows=rows)
            continue
        yield draft.say("source", name=name, rows=rows, **{"from": day(begin), "until": day(until)})
        if feed != "logbook" and begin >= period.begin:
            yield draft.say("carried_over_unknown", name=name, begin=day(begin))
        if until < period.until:
            yield draft.say("not_until_the_end", name=name, until=day(until))


def _doubts(draft: Draft) -> Iterator[str]:
    for doubt in words_of(draft.phrases, "paper.doubt"):
        if count := draft.facts.doubts.get(doubt, 0):
            yield draft.say(f"doubt.{doubt}", count=count)
    if draft.outcome.quarantine.height:
        yield draft.say("quarantined", count=draft.outcome.quarantine.select("file", "row").n_unique())


def _asserted(draft: Draft, rule_id: str) -> int:
    return draft.outcome.mismatches.filter(figures.is_asserted, pl.col("rule_id") == rule_id).height
