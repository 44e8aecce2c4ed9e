"""From the sheets of one file to the one table in it, or to a refusal that names everything that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pipeline.cause import Cause
from pipeline.errors import FileRefused, UsageFault
from pipeline.recognise.assemble import assemble
from pipeline.recognise.columns import doubled, missing
from pipeline.recognise.feed import Guess, choose, guesses, is_named_after, objection
from pipeline.recognise.header import SEARCHED_ROWS, Opening, read_opening, rows_of_dossiers
from pipeline.recognise.plain import keys_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.profiles import FeedProfile
    from pipeline.read.grid import Grid
    from pipeline.recognise.table import Table

LISTS_PREFIX = "_"  # of a sheet that feeds drop-downs, as our own logbook template has one: nobody misses it


class Sheet(NamedTuple):
    """One sheet, read as each feed that is asked for."""

    grid: Grid
    opening: Opening
    guesses: list[Guess]  # best first

    @property
    def holds_table(self) -> bool:
        """Whether the headings give every required column of some feed."""
        return any(guess.is_complete for guess in self.guesses)


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
    sheet = _only_table([_read(grid, asked) for grid in grids])
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
    others = (grid.sheet or "" for grid in grids if grid is not sheet.grid)
    ignored = tuple(name for name in others if not name.startswith(LISTS_PREFIX))
    return assemble(sheet.grid, sheet.opening, guess, guess.header, ignored)


def _learn_words(profiles: Mapping[str, FeedProfile]) -> None:
    """Fold all words of all feeds at once."""
    tables = (table for p in profiles.values() for table in (p.columns, p.marks, p.headings, {"own": p.distinctive}))
    keys_of(word for table in tables for words in table.values() for word in words)


def _read(grid: Grid, profiles: Mapping[str, FeedProfile]) -> Sheet:
    opening = read_opening(grid)
    found = guesses(opening, profiles)
    return Sheet(grid, opening, sorted(found, key=lambda g: (not is_named_after(g.profile, grid.path), -g.points)))


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
