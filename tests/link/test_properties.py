"""What holds for any book and any exports; and control experiments with evidence that is none."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.settings import load_settings
from tests.dossiers import PEOPLE, RECEIVED, case, code_of, crowd, line, reconciled

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

    from tests.dossiers import Row, World

Side = list[dict[str, Any]]

usual = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ASSERT_AT, FALSE_LINKS = 0.99, 0.0005  # of schemas/linking.toml
NUMBERS = st.integers(1, 9)
SLIPS: list[Row] = [
    {},
    {},
    {"code": None},
    {"phone": None},
    {"code": None, "phone": None},
    {"code": None, "phone": None, "address_key": None, "procedure_name": None},
    {"applicant_name": PEOPLE[3]},
    {"applicant_name": None},
    {"code": code_of(3)},
    {"unit_code": None, "unit_key": None, "code_on": None},
    {"returned_on": None},
]
DAYS = [RECEIVED, RECEIVED + timedelta(days=1)]


@st.composite
def lines(draw: DrawFn) -> Side:
    """Up to a dozen lines of few dossiers, with what goes wrong when people write."""
    facts = draw(st.lists(st.tuples(NUMBERS, st.sampled_from(DAYS), st.sampled_from(SLIPS)), max_size=12))
    return [
        line(number, line_no=str(place), **({"received_on": day} | slip))
        for place, (number, day, slip) in enumerate(facts)
    ]


@st.composite
def cases(draw: DrawFn) -> Side:
    """Some of the same dossiers in two feeds, now and then twice or under another's name."""
    feeds = st.sampled_from(["igate", "xgate"])
    names = st.sampled_from([None, None, None, PEOPLE[3]])
    facts = draw(st.lists(st.tuples(NUMBERS, st.sampled_from(DAYS), feeds, names), max_size=14))
    return [
        case(number, received_on=day, feed=feed, **({"applicant_name": name} if name else {}))
        for number, day, feed, name in facts
    ]


def labelled(world: World) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """The links by what is written in line and record: rows and files may move."""
    found = world.con.sql("select entry_id, record_id, feed, round(score, 9), needs_review from link").fetchall()
    lines, officers = world.stored.entries["line_no"], world.stored.cases["officer"]
    return {(lines[entry_id], feed): (officers[record_id], *verdict) for entry_id, record_id, feed, *verdict in found}


@usual
@given(lines(), cases())
def test_links_are_one_to_one_in_each_feed_and_only_the_sure_ones_are_asserted(book: Side, known: Side) -> None:
    world = reconciled(book, known)
    links = pl.DataFrame(world.con.sql("from link"))
    assert links.select("feed", "entry_id").is_unique().all()
    assert links["record_id"].is_unique().all()
    assert links["score"].is_between(0, 1).all()
    asserted, doubtful = links.filter(~pl.col("needs_review"))["score"], links.filter("needs_review")["score"]
    assert asserted.is_empty() or asserted.min() >= max(ASSERT_AT, doubtful.max() or 0)
    assert doubtful.is_empty() or doubtful.max() < 1 - 2 * FALSE_LINKS
    repeated = pl.DataFrame(world.con.sql("from repeated_line"))
    assert repeated["entry_id"].is_unique().all()
    assert set(repeated["entry_id"]).isdisjoint(links["entry_id"])


@usual
@given(lines(), cases())
def test_no_mismatch_that_rests_on_a_doubtful_link_is_asserted(book: Side, known: Side) -> None:
    world = reconciled(book, known)
    found = world.mismatches
    assert world.con.sql("select count(*) from finding").fetchall() == [(found.height,)]
    assert found.filter(pl.col("link_score") < ASSERT_AT)["needs_review"].all()


@usual
@given(lines(), cases())
def test_a_line_is_linked_or_missing_or_a_repetition_but_not_two_of_them(book: Side, known: Side) -> None:
    world = reconciled(book, known)
    linked = set(world.links["logbook_row"])
    missing = [found["logbook_row"] for found in world.verdicts("M05")]
    assert len(set(missing)) == len(missing)
    assert linked.isdisjoint(missing)


@usual
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_an_exports_rows_changes_nothing(known: Side, random: Random) -> None:
    book = [line(number, line_no=str(number), **slip) for number, slip in enumerate(SLIPS, start=1)]
    known = _distinct(known)
    moved = random.sample(known, len(known))
    assert labelled(reconciled(book, known)) == labelled(reconciled(book, moved))


@usual
@given(lines(), cases(), st.randoms(use_true_random=False))
def test_the_order_of_files_and_of_an_exports_rows_changes_no_asserted_link(
    book: Side, known: Side, random: Random
) -> None:
    """Not that of a book's lines: where a line stands among its neighbours is evidence."""
    known = _distinct(known)
    for number, entry in enumerate(book):
        entry["file"] = f"book{number % 2}.csv"
    swapped = [entry | {"file": f"book{1 - number % 2}.csv"} for number, entry in enumerate(book)]
    assert _asserted(reconciled(book, known)) == _asserted(reconciled(swapped, random.sample(known, len(known))))


def _distinct(known: Side) -> Side:
    """One record per code and feed, each with a mark of its own that linking does not read."""
    marked = [record | {"officer": f"{record['feed']} {_code(record)}"} for record in known]
    return list({record["officer"]: record for record in marked}.values())


def _code(row: Row) -> tuple[Any, ...]:
    return row["unit_key"], row["code_on"], row["serial"]


def _asserted(world: World) -> set[tuple[Any, ...]]:
    """Sure links; a line written twice is the same line wherever it stands."""
    book = world.con.sql(
        "select entry_id, code_id, applicant_key, phone, procedure_key "
        "from entry left join applicant using (applicant_id) left join procedure using (procedure_id)"
    ).fetchall()
    written = {entry_id: said for entry_id, *said in book}
    officers = world.stored.cases["officer"]
    found = world.con.sql("select entry_id, record_id from link where not needs_review").fetchall()
    return {(*written[entry_id], officers[record_id]) for entry_id, record_id in found}


# control experiments


def test_a_book_and_an_export_that_say_the_same_are_linked_throughout() -> None:
    world = reconciled(*crowd(40))
    assert world.linked() == [(row, "igate", row, "exact", False) for row in range(2, 42)]
    assert world.rules() == set()


@pytest.mark.parametrize("seed", range(3))
def test_names_days_and_codes_dealt_anew_assert_nothing(seed: int) -> None:
    """Each column of the book is shuffled for itself: all values are there, and none belong together."""
    book, known = crowd(40)
    dealt = _dealt(book, Random(seed))  # noqa: S311 -- a repeatable shuffle
    links = reconciled(dealt, known).links
    truly = {(_code(entry), entry["applicant_key"]) for entry in known}
    lucky = sum((_code(entry), entry["applicant_key"]) in truly for entry in dealt)
    assert links.filter(~pl.col("needs_review")).height <= lucky


COLUMNS = (
    ("unit_code", "unit_key", "code_on", "serial", "serial_digits"),
    ("applicant_name", "applicant_key"),
    ("procedure_name", "procedure_key"),
    ("received_on",),
    ("due_on",),
    ("phone",),
    ("address_key",),
)


def _dealt(book: Side, random: Random) -> Side:
    dealt = [dict(entry) for entry in book]
    for columns in COLUMNS:
        for entry, other in zip(dealt, random.sample(book, len(book)), strict=True):
            entry.update({name: other[name] for name in columns})
    return dealt


def test_a_book_of_strangers_links_nobody() -> None:
    _, known = crowd(40)
    strangers = [
        line(number + 500, applicant_name=f"Người Lạ {number}", phone=None, address_key=None) for number in range(40)
    ]
    assert reconciled(strangers, known).links.filter(~pl.col("needs_review")).height == 0


def test_the_bound_of_this_file_is_that_of_the_model() -> None:
    import tomllib

    from pipeline.settings import ROOT

    model = tomllib.loads((ROOT / "schemas" / "linking.toml").read_text(encoding="utf-8"))
    assert (model["assert_at"], model["false_links"]) == (ASSERT_AT, FALSE_LINKS)
    assert not load_settings().linking
