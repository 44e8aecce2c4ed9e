"""From the sheets of one file to the one table in it, or to a refusal that names everything that is wrong."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from pipeline.cause import Cause
from pipeline.errors import FileRefused, UsageFault
from pipeline.recognise.assemble import assemble
from pipeline.recognise.cells import DAY_AND_MONTH, SPARSE_CELLS
from pipeline.recognise.columns import doubled, missing
from pipeline.recognise.feed import Guess, choose, guesses, is_named_after, objection
from pipeline.recognise.header import CODE_AT_END, SEARCHED_ROWS, Opening, read_opening, rows_of_dossiers
from pipeline.recognise.plain import keys_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.profiles import FeedProfile
    from pipeline.read.grid import Grid
    from pipeline.recognise.header import Keys
    from pipeline.recognise.table import Table

LISTS_PREFIX = "_"  # of a sheet that feeds drop-downs, as our own logbook template has one: nobody misses it
OF_A_DOSSIER = re.compile(f"{CODE_AT_END.pattern}|{DAY_AND_MONTH}")  # a code or a date


class Sheet(NamedTuple):
    """One sheet, read as each feed that is asked for."""

    grid: Grid
    opening: Opening
    guesses: list[Guess]  # best first
    name: str

    @property
    def holds_table(self) -> bool:
        """Whether the headings give every required column of some feed."""
        return any(guess.is_complete for guess in self.guesses)

    @property
    def headings(self) -> set[Keys]:
        """The heading rows that give every required column of some feed."""
        headers = (guess.header for guess in self.guesses if guess.is_complete)
        return {_trimmed(self.opening.keys[header.last]) for header in headers if header}


def recognise(grids: tuple[Grid, ...], profiles: Mapping[str, FeedProfile], feed: str | None = None) -> Table:
    """Find the one table of a known feed among a file's sheets.

    Args:
        grids: the sheets of one file.
        profiles: the known feeds by name.
        feed: the feed that the user names; else the file's name, else the headings settle it.

    Raises:
        UsageFault: nobody knows the named feed.
        FileRefused: no sheet or several hold a table, the feed is not settled, or headings are missing or doubled.
    """
    if feed is not None and feed not in profiles:
        raise UsageFault(f"{feed}: no such feed", f"Known feeds: {', '.join(profiles)}.")
    _learn_words(profiles)
    asked = {feed: profiles[feed]} if feed is not None else profiles
    sheets = [_read(grid, asked, number) for number, grid in enumerate(grids, start=1)]
    sheets = _pages_joined(sheets, asked) if grids[0].format == "html" else sheets
    sheet = _only_table(sheets)
    guess = sheet.guesses[0] if feed is not None else choose(sheet.guesses, sheet.grid.path)
    if guess is None:
        raise _undecided(sheet)
    faults = [*missing(guess.profile, guess.lacks), *(doubled(guess.header) if guess.header else [])]
    if guess.header is None or faults:
        raise FileRefused("bad_headings", grids[0].path.name, place=_place(sheet, guess), faults=tuple(faults))
    buried = rows_of_dossiers(sheet.opening, guess.header.first)
    if buried:
        place = _place(sheet, guess)
        raise FileRefused("buried_header", grids[0].path.name, place=place, first=buried[0], last=buried[-1])
    ignored = tuple(one.name for one in sheets if one is not sheet and not one.name.startswith(LISTS_PREFIX))
    return assemble(sheet.grid, sheet.opening, guess, guess.header, ignored)


def _learn_words(profiles: Mapping[str, FeedProfile]) -> None:
    """Fold all words of all feeds at once."""
    tables = (table for p in profiles.values() for table in (p.columns, p.marks, p.headings, {"own": p.distinctive}))
    keys_of(word for table in tables for words in table.values() for word in words)


def _read(grid: Grid, profiles: Mapping[str, FeedProfile], number: int) -> Sheet:
    opening = read_opening(grid)
    found = guesses(opening, profiles)
    found.sort(key=lambda g: (not is_named_after(g.profile, grid.path), -g.points))
    return Sheet(grid, opening, found, grid.sheet or f"bảng {number}")


def _pages_joined(sheets: list[Sheet], profiles: Mapping[str, FeedProfile]) -> list[Sheet]:
    """A page that prints one table as several, with its headings each time or only once: one table again.

    Raises:
        FileRefused: dossiers stand in a table that does not go on with the first one.
    """
    place = next((place for place, sheet in enumerate(sheets) if sheet.holds_table), None)
    if place is None:
        return sheets
    first = sheets[place]
    later = list(takewhile(lambda sheet: _goes_on(sheet, first), sheets[place + 1 :]))
    before, after = sheets[:place], sheets[place + 1 + len(later) :]
    apart = [sheet for sheet in before if _has_dossiers(sheet)]
    apart += [sheet for sheet in after if _has_dossiers(sheet) or sheet.grid.cells.width == first.grid.cells.width]
    if apart:
        begins = sorted(sheet.opening.row_numbers[0] for sheet in [first, *apart])
        rows = ", ".join(map(str, begins))
        raise FileRefused("page_tables", first.grid.path.name, count=len(begins), rows=rows)
    if not later:
        return sheets
    cells = pl.concat([sheet.grid.cells for sheet in (first, *later)], how="diagonal")
    return [*before, _read(first.grid._replace(cells=cells), profiles, place + 1), *after]


def _goes_on(sheet: Sheet, first: Sheet) -> bool:
    """The same headings, or none and dossiers at once in as many columns."""
    if any(_trimmed(keys) in first.headings for keys in sheet.opening.keys):
        return True
    is_as_wide = sheet.grid.cells.width == first.grid.cells.width
    return is_as_wide and not sheet.holds_table and _begins_with_dossier(sheet.opening)


def _begins_with_dossier(opening: Opening) -> bool:
    rows = ([cell for cell in row if cell] for row in opening.texts)
    row = next((row for row in rows if len(row) > SPARSE_CELLS), [])
    return any(OF_A_DOSSIER.search(cell) for cell in row)


def _has_dossiers(sheet: Sheet) -> bool:
    return sheet.holds_table or bool(rows_of_dossiers(sheet.opening, len(sheet.opening.texts)))


def _trimmed(keys: Keys) -> Keys:
    """A row without the empty cells at its end."""
    filled = [place for place, key in enumerate(keys, start=1) if key]
    return keys[: max(filled, default=0)]


def _only_table(sheets: list[Sheet]) -> Sheet:
    """The sheet that holds a table; when none does, the one that comes nearest, so that its faults can be told."""
    tables = [sheet for sheet in sheets if sheet.holds_table]
    if len(tables) > 1:
        names = ", ".join(f'"{sheet.grid.sheet}"' for sheet in tables)
        raise FileRefused("several_tables", tables[0].grid.path.name, count=len(tables), sheets=names)
    return (tables or sorted(sheets, key=lambda sheet: -max(guess.points for guess in sheet.guesses)))[0]


def _undecided(sheet: Sheet) -> FileRefused:
    """No feed, or more than one: both best guesses with what each lacks."""
    best = sorted(sheet.guesses, key=lambda guess: not guess.fits)[:2]
    first, file, place = best[0], sheet.grid.path.name, _place(sheet, best[0])
    guessed = (*map(objection, best), *(doubled(first.header) if first.header else ()))
    if first.fits:
        return FileRefused("several_feeds", file, place=place, guesses=guessed, feed=first.profile.name)
    return FileRefused("no_feed", file, place=place, guesses=guessed, feed=first.profile.name)


def _place(sheet: Sheet, guess: Guess) -> Cause:
    if guess.header:
        place = Cause("row", row=sheet.opening.row_numbers[guess.header.last])
    else:
        place = Cause("no_header", rows=min(SEARCHED_ROWS, sheet.grid.cells.height))
    return Cause("sheet", sheet=sheet.grid.sheet, place=place) if sheet.grid.sheet else place
