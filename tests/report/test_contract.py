import re

import polars as pl
import pytest

from schemas.contract import LINK_COLUMNS, MISMATCH_COLUMNS, MISMATCH_TYPES, QUARANTINE_COLUMNS

DESIGN = """
rule_id, rule, severity, urgency, needs_review, unit_code, dossier_code, feed, feed_file, feed_row, feed_status,
feed_state, logbook_file, logbook_row, book_no, line_no, procedure_name, field_name, applicant_name, officer,
received_on, due_on, logbook_returned_on, case_finished_on, case_returned_on, days_open, close_by, link_method,
link_score, detail
"""


def test_mismatches_have_the_columns_that_other_programs_rely_on_in_their_order() -> None:
    assert tuple(re.findall(r"\w+", DESIGN)) == MISMATCH_COLUMNS


def test_links_and_quarantine_have_the_columns_that_other_programs_rely_on() -> None:
    assert (
        *("logbook_file", "logbook_row", "feed", "feed_file", "feed_row"),
        *("method", "score", "needs_review", "evidence"),
    ) == LINK_COLUMNS
    assert QUARANTINE_COLUMNS == ("file", "row", "rule_id", "column", "reason")


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (("needs_review",), pl.Boolean),
        (("feed_row", "logbook_row"), pl.UInt32),
        (("received_on", "due_on", "logbook_returned_on", "case_finished_on", "case_returned_on", "close_by"), pl.Date),
        (("days_open",), pl.Int32),
        (("link_score",), pl.Float64),
    ],
)
def test_each_column_that_is_no_text_has_its_type(columns: tuple[str, ...], expected: type[pl.DataType]) -> None:
    assert {name for name, kind in MISMATCH_TYPES.items() if kind == expected} == set(columns)
