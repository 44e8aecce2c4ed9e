"""Write sample_exports/: `python -m tests.samples.build`. The same description gives the same bytes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.samples import expected, writers
from tests.samples.dossiers import dossiers
from tests.samples.readme import readme
from tests.samples.sheets import sheets

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.samples.sheets import Row

FOLDER = Path(__file__).parents[2] / "sample_exports"
WRITERS: dict[str, Callable[[list[Row]], bytes]] = {
    "igate_2026_q1.xlsx": writers.workbook,
    "xgate_2026_q1.csv": writers.windows_1258,
    "so_theo_doi_quyen_1.csv": writers.utf8_with_mark,
    "so_theo_doi_quyen_2.txt": writers.utf16,
    "so_theo_doi_quyen_3.xls": writers.html_page,
}


def contents() -> dict[str, bytes]:
    """The bytes of every file by its name: samples, expected results, README."""
    everything = dossiers()
    of_file = sheets(everything)
    results = {
        "expected_mismatches.jsonl": expected.mismatches(everything, of_file),
        "expected_quarantine.jsonl": expected.quarantine(everything, of_file),
        "expected_links.jsonl": expected.links(everything, of_file),
        "expected_files.jsonl": expected.files(everything, of_file),
    }
    return {
        **{name: WRITERS[name](rows) for name, rows in of_file.items()},
        **{name: _json_lines(lines) for name, lines in results.items()},
        "README.md": readme(everything, of_file).encode(),
        ".gitattributes": b"* -text\n",  # line ends and encodings are part of the samples
    }


def build(folder: Path) -> None:
    """Write all files into a folder that exists."""
    for name, written in contents().items():
        (folder / name).write_bytes(written)


def _json_lines(lines: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
