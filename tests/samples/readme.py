"""The README of sample_exports/: which file and row shows what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.samples.expected import places
from tests.samples.sheets import forms

if TYPE_CHECKING:
    from tests.samples.dossiers import Dossier
    from tests.samples.expected import Place, Sheets

TEXT = """\
# Sample exports

One commune that does not exist (xã Tân An, unit 000.17.22.H56), January to March 2026, business date 2026-03-31:
{dossiers} dossiers in two case systems and three logbooks, one situation after the other among ordinary dossiers.
All people, phone numbers and ID numbers are invented.

    doichieu reconcile sample_exports --as-of 2026-03-31      # or: make demo

| file | what it is | rows |
|---|---|---|
{files}
`expected_*.jsonl` say what the program must find: worked out from the description in tests/samples/situations.toml,
never from the program's output. Files that are refused whole (other encodings, broken quoting, error pages) are not
here: tests/read makes them. `python -m tests.samples.build` writes this folder; tests/test_samples.py compares.

## Which row shows what

The situation's name leads to its description in tests/samples/situations.toml.

| situation | shows | book | software | expected |
|---|---|---|---|---|
{situations}"""


def readme(dossiers: list[Dossier], sheets: Sheets) -> str:
    """The text, with one line per situation."""
    where = places(sheets)
    files = "".join(f"| {name} | {forms()[name]['about']} | {len(rows)} |\n" for name, rows in sheets.items())
    situations = "".join(_line(dossier, where) for dossier in dossiers if dossier.shows)
    return TEXT.format(dossiers=len(dossiers), files=files, situations=situations)


def _line(dossier: Dossier, where: dict[tuple[str, str], Place]) -> str:
    cells = [
        dossier.name,
        dossier.shows,
        _named(dossier, where, "book", "book_again"),
        _named(dossier, where, "case", "case_again", "other"),
        ", ".join([one.split()[0] for one in dossier.expect] + [one.split()[1] for one in dossier.quarantine]),
    ]
    return f"| {' | '.join(cells)} |\n"


def _named(dossier: Dossier, where: dict[tuple[str, str], Place], *names: str) -> str:
    found = [where[dossier.name, name] for name in names if (dossier.name, name) in where]
    return ", ".join(f"{place.file}:{place.row}" for place in found)
