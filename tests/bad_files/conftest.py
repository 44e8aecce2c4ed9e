"""The bases as the product reads them undamaged, in the memory's own folder where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.bad_files.bases import book, export
from tests.bad_files.oracle import Undamaged, read

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.bad_files.bases import Base
    from tests.bad_files.oracle import Reading


@dataclass(frozen=True)
class Bench:
    """Where damaged files are read one after the other."""

    folder: Path

    def undamaged(self, base: Base) -> Undamaged:
        return Undamaged.of(base, self.folder)

    def read(self, content: bytes, base: Base, name: str | bytes | None = None) -> Reading:
        path = self.folder / (name if isinstance(name, str) else base.name)
        path.write_bytes(content)
        try:
            return read(path, base.feed)
        finally:
            path.unlink()

    def wrong(self, base: Base, damages: Iterable[tuple[str, str | bytes]]) -> dict[str, list[str]]:
        """What is wrong with the reading of each of them; empty when nothing is."""
        undamaged = self.undamaged(base)
        found: dict[str, list[str]] = {}
        for what, text in damages:
            content = text.encode(base.encoding) if isinstance(text, str) else text
            objections = [*undamaged.objections(text, self.read(content, base))]
            if objections:
                found[what] = objections
        return found


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture(params=["xgate", "logbook"])
def base(request: pytest.FixtureRequest) -> Base:
    return {"xgate": export, "logbook": book}[request.param]()
