from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
import sqlglot

from pipeline.queries import Query, queries
from pipeline.spark.dialect import translate
from pipeline.spark.same import Untranslatable
from tests.dossiers import case, line, reconciled

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

TABLES = {"book": ["line_no", "received_on", "due_on"], "page": ["due_on", "line_no"]}


def spark(duckdb_select: str, /, **values: Any) -> str:  # noqa: ANN401 -- whatever DuckDB takes
    """The Spark select without its quotes, for people to read."""
    return translate(duckdb_select, values, TABLES).select.replace("`", "")


@pytest.mark.parametrize(
    ("duckdb", "expected"),
    [
        ("select words[2]", "SELECT TRY_ELEMENT_AT(words, 2)"),
        ("select words[place]", "SELECT TRY_ELEMENT_AT(words, place)"),
        ("select detail['phrase']", "SELECT detail.phrase"),
        ("select due_on - book.received_on", "SELECT DATEDIFF(due_on, book.received_on)"),
        (
            "select due_on - lag(due_on) over (order by line_no)",
            "SELECT DATEDIFF(due_on, LAG(due_on) OVER (ORDER BY line_no NULLS LAST))",
        ),
        (
            "select coalesce(due_on, received_on) - date '2000-01-01'",
            "SELECT DATEDIFF(COALESCE(due_on, received_on), CAST('2000-01-01' AS DATE))",
        ),
        ("select coalesce(due_on, place) - place", "SELECT COALESCE(due_on, place) - place"),
        ("select place - 1", "SELECT place - 1"),
        ("select share >= 0.8", "SELECT share >= CAST(0.8 AS DOUBLE)"),
        ("select place // 8 % 8", "SELECT place DIV 8 % 8"),
        ("select strftime(due_on, '%d/%m/%Y')", "SELECT DATE_FORMAT(due_on, 'dd/MM/yyyy')"),
        ("select place::uinteger, null::utinyint", "SELECT CAST(place AS BIGINT), CAST(NULL AS SMALLINT)"),
        ("select string_split(word, '')", "SELECT SPLIT(word, '')"),
        ("select string_split(word, ' ')", "SELECT SPLIT(word, ' ')"),
        ("select list_has_all(words, others)", "SELECT (SIZE(ARRAY_EXCEPT(others, words)) = 0)"),
        ("select array_to_string(lines, ', ')", "SELECT (ARRAY_JOIN(CAST(lines AS ARRAY<STRING>), ', '))"),
        ("select regexp_full_match(word, 'a.')", "SELECT (word RLIKE CONCAT('^(?:', 'a.', ')$'))"),
        (r"select regexp_replace(word, '(a)\b', '\1\1', 'g')", r"SELECT REGEXP_REPLACE(word, '(a)\\b', '$1$1')"),
        (
            "select sum(place) filter (where place > 1) over (partition by word)",
            "SELECT SUM(CASE WHEN place > 1 THEN place END) OVER (PARTITION BY word)",
        ),
        (
            "select unnest([1, 2]) as place, unnest(['a', 'b']) as word",
            "SELECT INLINE(ARRAYS_ZIP(ARRAY(1, 2), ARRAY('a', 'b'))) AS (place, word)",
        ),
        (
            "select line_no from book qualify row_number() over (order by due_on) = 1",
            (
                "SELECT * EXCEPT (is_kept) FROM (SELECT line_no, ROW_NUMBER() OVER (ORDER BY due_on NULLS LAST) = 1 AS"
                " is_kept FROM book) AS every WHERE is_kept"
            ),
        ),
        (
            "select * from book union all by name select due_on, 1 as place from page",
            (
                "SELECT line_no, received_on, due_on, NULL AS place FROM (SELECT * FROM book) AS side UNION ALL"
                " SELECT NULL AS line_no, NULL AS received_on, due_on, place FROM"
                " (SELECT due_on, 1 AS place FROM page) AS side"
            ),
        ),
        (
            (
                "with kept as (select book.* exclude (due_on) from book inner join page on true)"
                " from kept union all by name select line_no from page"
            ),
            (
                "WITH kept AS (SELECT book.* EXCEPT (due_on) FROM book INNER JOIN page ON TRUE)"
                " SELECT line_no, received_on FROM (SELECT * FROM kept) AS side UNION ALL"
                " SELECT line_no, NULL AS received_on FROM (SELECT line_no FROM page) AS side"
            ),
        ),
        ("with kept as materialized (from book) from kept", "WITH kept AS (SELECT * FROM book) SELECT * FROM kept"),
    ],
)
def test_what_duckdb_says_in_spark(duckdb: str, expected: str) -> None:
    assert spark(duckdb) == expected


def test_a_list_keeps_its_order_and_its_filter_and_is_null_when_empty() -> None:
    listed = spark("select list(word order by place) filter (where word <> '') as words from book")
    collected = "COLLECT_LIST(STRUCT(place AS k0, word AS item)) FILTER(WHERE word <> '')"
    ordered = f"TRANSFORM(ARRAY_SORT({collected}), held -> held.item)"
    assert listed == f"SELECT (CASE WHEN SIZE({collected}) > 0 THEN {ordered} END) AS words FROM book"  # noqa: S608 -- never run


def test_values_of_every_kind_become_literals() -> None:
    values = {
        "share": 0.5,
        "day": date(2026, 3, 31),
        "words": ["a", "b"],
        "knots": [{"start": 1.5, "words": ["c"]}],
        "unit": None,
    }
    asked = "select $share, $day, $words[1], $knots[1].start, coalesce($unit, unit_key)"
    assert spark(asked, **values) == (
        "SELECT CAST(0.5 AS DOUBLE), CAST('2026-03-31' AS DATE), TRY_ELEMENT_AT(ARRAY('a', 'b'), 1),"
        " TRY_ELEMENT_AT(ARRAY(STRUCT(CAST(1.5 AS DOUBLE) AS start, ARRAY('c') AS words)), 1).start,"
        " COALESCE(NULL, unit_key)"
    )


@pytest.mark.parametrize(
    "unknown",
    [
        "select strip_accents(word)",
        "select damerau_levenshtein(one, other) < 3",
        "select list(word)",
        "select words[-1]",
        "select regexp_replace(word, 'a', 'b')",
        "select string_split(word, '|')",
        "select line_no, unnest([1]) as place from book",
        "select try_strptime(word, '%d')",
    ],
)
def test_what_nobody_has_looked_at_is_refused(unknown: str) -> None:
    with pytest.raises(Untranslatable):
        spark(unknown)


def test_statements_of_tables_are_understood() -> None:
    made = translate("create table if not exists chosen (line_no uinteger, is_same boolean)", {}, {})
    assert (made.kind, made.table, made.is_kept_if_there) == ("declare", "chosen", True)
    assert made.types == {"line_no": "BIGINT", "is_same": "BOOLEAN"}
    assert translate("create or replace table other as from book", {}, TABLES).kind == "create"
    assert translate("insert into book from page", {}, TABLES).table == "book"
    assert translate("drop table if exists book", {}, TABLES).kind == "drop"


def test_every_step_of_linking_and_every_rule_has_words_in_spark() -> None:
    """Each as it runs, with the tables and values of that moment."""
    put: dict[str, str] = {}
    run = Query.run

    def watched(asked: Query, con: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> None:
        if asked.path.parent.name == "20_link":
            put[asked.path.stem] = translate(asked.statement, values, columns(con)).select
        run(asked, con, values)

    with patch.object(Query, "run", watched):
        world = reconciled([line(1), line(1, code=None, line_no="9")], [case(1), case(2)])
    values = {"as_of": date(2026, 3, 31), "due_soon_until": date(2026, 4, 3), "tolerance_days": 1}
    for rule in queries("30_rules"):
        put[rule.path.stem] = translate(rule.statement, values, columns(world.con)).select
    assert put.keys() == {asked.path.stem for folder in ("20_link", "30_rules") for asked in queries(folder)}
    for select in put.values():
        assert sqlglot.parse_one(select, dialect="spark")


def columns(con: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    found = con.sql("select table_name, list(column_name order by column_index) from duckdb_columns() group by all")
    return dict(found.fetchall())
