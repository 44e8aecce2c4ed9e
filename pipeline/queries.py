"""The SQL files: each is one statement under a header that says what it asks, reads and needs."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.settings import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import duckdb

SQL_ROOT = ROOT / "sql"
HEADER_LINE = re.compile(r"^-- (\w+): +(.*)$")


class Query(NamedTuple):
    """One SQL file."""

    path: Path
    header: Mapping[str, str]
    statement: str

    @property
    def rule_id(self) -> str:
        """M01 of `M01 returned_but_open`."""
        return self.header["rule"].split()[0]

    @property
    def rule(self) -> str:
        """returned_but_open of `M01 returned_but_open`."""
        return self.header["rule"].split()[1]

    @property
    def rests_on(self) -> frozenset[str]:
        """The evidence without which a rule is silent: of `feeds`, `books` and `record`."""
        return frozenset(self.header.get("rests_on", "none").split(", ")) - {"none"}

    @property
    def params(self) -> tuple[str, ...]:
        """Names of the values that the statement takes."""
        return tuple(re.findall(r"\$(\w+)", self.header["params"]))

    def run(self, con: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> None:
        """Execute with those of the values that the header asks for."""
        con.execute(self.statement, self._chosen(values))

    def _chosen(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: values[name] for name in self.params}


def read_query(path: Path) -> Query:
    """Read one file; the header is the block of `-- name: value` lines at its top."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    header: dict[str, str] = {}
    for line in lines:
        match = HEADER_LINE.match(line)
        if not match:
            break
        header[match[1]] = match[2]
    return Query(path, header, "\n".join(lines[len(header) :]))


@cache
def queries(folder: str) -> tuple[Query, ...]:
    """All of a folder of sql/, in the order they run."""
    return tuple(read_query(path) for path in sorted((SQL_ROOT / folder).glob("*.sql")))


def query(folder: str, name: str) -> Query:
    """One of a folder of sql/, by its file's name without the number before it."""
    return next(one for one in queries(folder) if one.path.stem.lstrip("0123456789_") == name)
