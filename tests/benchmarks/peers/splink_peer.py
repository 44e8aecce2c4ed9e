"""Splink 5 on the very rows that our linking reads: python splink_peer.py train|link FOLDER [rest].

A program of `.venv-bench`. FOLDER holds entry.parquet and record.parquet, as steps 02 and 03 of sql/20_link make them.
`train` learns without labels and writes splink.json; `link` loads that and writes splink_links.parquet: entry_id,
record_id, score, is_best (each other's best of those still free: greedy by weight; the other rows passed the threshold
alone). With `rest` only rows without an exact pair of code and name are linked. Prints the seconds as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import splink.comparison_level_library as levels
import splink.comparison_library as comparisons
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

if TYPE_CHECKING:
    from collections.abc import Callable

SEED = 1
PAIRS_FOR_U = 1e7  # from here on no weight moves
THRESHOLD = 0.5
ROUNDS = 20
ENDED = {"entry": "returned_on", "record": "finished_on"}
ROWS = """
create table {side} as
select {side}_id as unique_id, code_key, unit_key, code_on, serial, received_on, due_on, applicant_key, procedure_key,
    phone, address_key, {ended} as ended_on, split_part(applicant_key, ' ', -1) as given_name
from {side}_row
anti join exact on {side}_row.{side}_id = exact.{side}_id
"""
EXACT = """
create table exact as
select entry_id, record_id
from entry_row inner join record_row on entry_row.code_key = record_row.code_key
    and entry_row.applicant_key = record_row.applicant_key
qualify count(*) over (partition by entry_id) = 1 and count(*) over (partition by record_id) = 1
"""
PAIRS = """
create table pair as
select unique_id_l as entry_id, unique_id_r as record_id, match_weight, match_probability from {}
"""
GREEDY = """
insert into best
with free as (
    select pair.*
    from pair
    anti join best as taken_entry on pair.entry_id = taken_entry.entry_id
    anti join best as taken_record on pair.record_id = taken_record.record_id
),
ranked as (
    select
        entry_id,
        record_id,
        row_number() over (partition by entry_id order by match_weight desc, record_id) as for_entry,
        row_number() over (partition by record_id order by match_weight desc, entry_id) as for_record
    from free
)
select entry_id, record_id from ranked where for_entry = 1 and for_record = 1
"""
LINKS = """
copy (
    select pair.entry_id, pair.record_id, pair.match_probability as score, best.entry_id is not null as is_best
    from pair left join best on pair.entry_id = best.entry_id and pair.record_id = best.record_id
    union all by name
    select *, 1.0 as score, true as is_best from exact
) to '{}' (format parquet)
"""


def main(task: str, folder: str, *options: str) -> None:
    """Train or link, and print how long each step took."""
    con, spent = duckdb.connect(config={"threads": 2}), dict[str, float]()
    _timed(spent, "load", lambda: _load(con, Path(folder)))
    _timed(spent, "exact", lambda: _set_exact_apart(con, is_rest="rest" in options))
    api = DuckDBAPI(connection=con)
    tables = [api.register(name) for name in ("entry", "record")]
    model = Path(folder) / "splink.json"
    if task == "train":
        _timed(spent, "train", lambda: _train(Linker(tables, _settings(), log_level=None), model))
    else:
        _timed(spent, "predict", lambda: _predict(con, Linker(tables, model, log_level=None)))
        _timed(spent, "assign", lambda: _assign(con))
        con.execute(LINKS.format(Path(folder) / "splink_links.parquet"))
    print(json.dumps(spent))


def _timed(spent: dict[str, float], step: str, work: Callable[[], Any]) -> None:
    began = time.process_time()  # CPU of all threads: a busy machine does not change it
    work()
    spent[step] = time.process_time() - began


def _load(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    for side in ENDED:
        con.execute(f"create table {side}_row as from read_parquet('{folder / side}.parquet')")


def _set_exact_apart(con: duckdb.DuckDBPyConnection, *, is_rest: bool) -> None:
    con.execute(EXACT + ("" if is_rest else "limit 0"))
    for side, ended in ENDED.items():
        con.execute(ROWS.format(side=side, ended=ended))


def _settings() -> SettingsCreator:
    """Comparisons as its guide advises: exact with term frequencies, then typos, then everything else."""
    return SettingsCreator(
        link_type="link_only",
        blocking_rules_to_generate_predictions=[
            block_on("code_key"),
            block_on("unit_key", "received_on"),
            block_on("unit_key", "applicant_key"),
            block_on("unit_key", "phone"),
            block_on("unit_key", "code_on", "serial"),
        ],
        comparisons=[
            _code(),
            _applicant(),
            _date("received_on"),
            _date("due_on"),
            comparisons.JaroWinklerAtThresholds("procedure_key", [0.9, 0.8]).configure(term_frequency_adjustments=True),
            comparisons.LevenshteinAtThresholds("phone", [2]),
            comparisons.JaroWinklerAtThresholds("address_key", [0.9]).configure(term_frequency_adjustments=True),
            _ended(),
        ],
        retain_matching_columns=False,
    )


def _code() -> comparisons.CustomComparison:
    """The day is compared by itself: what counts here is the serial within the day, and how the rest was mistyped."""
    return comparisons.CustomComparison(
        output_column_name="code_key",
        comparison_levels=[
            levels.NullLevel("code_key"),
            levels.ExactMatchLevel("code_key"),
            levels.CustomLevel("serial_l = serial_r and levenshtein(code_key_l, code_key_r) <= 2"),
            levels.LevenshteinLevel("code_key", 2),
            levels.ElseLevel(),
        ],
    )


def _applicant() -> comparisons.CustomComparison:
    return comparisons.CustomComparison(
        output_column_name="applicant_key",
        comparison_levels=[
            levels.NullLevel("applicant_key"),
            levels.ExactMatchLevel("applicant_key", term_frequency_adjustments=True),
            levels.LevenshteinLevel("applicant_key", 1),
            levels.LevenshteinLevel("applicant_key", 2),
            levels.And(
                levels.ExactMatchLevel("given_name"),
                levels.CustomLevel("applicant_key_l[1] = applicant_key_r[1]"),
            ),
            levels.JaroWinklerLevel("applicant_key", 0.88),
            levels.ElseLevel(),
        ],
    )


def _date(column: str) -> comparisons.CustomComparison:
    return comparisons.CustomComparison(
        output_column_name=column,
        comparison_levels=[
            levels.NullLevel(column),
            levels.ExactMatchLevel(column, term_frequency_adjustments=True),
            levels.CustomLevel(f"abs({column}_l - {column}_r) <= 1"),
            levels.ElseLevel(),
        ],
    )


def _ended() -> comparisons.CustomComparison:
    return comparisons.CustomComparison(
        output_column_name="ended_on",
        comparison_levels=[
            levels.NullLevel("ended_on"),
            levels.ExactMatchLevel("ended_on"),
            levels.CustomLevel("abs(ended_on_l - ended_on_r) <= 3"),
            levels.ElseLevel(),
        ],
    )


def _train(linker: Linker, model: Path) -> None:
    training = linker.training
    training.estimate_probability_two_random_records_match([block_on("code_key")], recall=0.8)
    training.estimate_u_using_random_sampling(max_pairs=PAIRS_FOR_U, seed=SEED)
    for rule in (block_on("code_key"), block_on("unit_key", "received_on", "applicant_key")):
        training.estimate_parameters_using_expectation_maximisation(
            rule, max_pairs=1e7, record_sample_proportion=1.0, estimate_without_term_frequencies=True
        )
    linker.misc.save_model_to_json(str(model), overwrite=True)


def _predict(con: duckdb.DuckDBPyConnection, linker: Linker) -> None:
    found = linker.inference.predict(threshold_match_probability=THRESHOLD)
    con.execute(PAIRS.format(found.physical_name))


def _assign(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("create table best as select entry_id, record_id from pair limit 0")
    for _ in range(ROUNDS):
        (added,) = con.execute(GREEDY).fetchone() or (0,)
        if not added:
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
