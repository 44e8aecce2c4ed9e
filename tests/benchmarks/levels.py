"""How messy a generated book is. The rates are shares of lines unless said otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Level:
    """Rates of each kind of noise; all zero is a book that agrees letter by letter with the software."""

    name: str
    codes_restyled: float = 0  # another notation, which loses nothing given the unit and the day
    codes_mistyped: float = 0
    codes_missing: float = 0
    codes_copied: float = 0  # the code of a neighbouring line
    names_restyled: float = 0
    names_misspelled: float = 0
    unicode_apart: float = 0  # NFD, or half-composed as Windows-1258 leaves it
    procedures_shortened: float = 0
    ditto: float = 0  # of the cells that could be a ditto mark
    phones_absent: float = 0
    phones_other: float = 0
    phones_restyled: float = 0
    addresses_restyled: float = 0
    dates_off: float = 0  # of each date column, by one day
    dates_restyled: float = 0
    written_twice: float = 0
    out_of_order: float = 0  # standard deviation, in lines, of a line's place within its day
    feed_capitals: float = 0  # of the software's own rows
    not_in_book: float = 0.008  # a fact of the world, no noise: clean has it too
    not_in_software: float = 0.02
    pages_without_codes: float = 0  # of the book's pages
    hand: str = "usual"  # whose ways of writing: books.HANDS
    never_entered: float = 0  # of those not in the software: no code was ever given, so the line has none


CLEAN = Level("clean")
OFFICE = Level(
    "office",
    codes_restyled=0.18,
    codes_mistyped=0.03,
    codes_missing=0.02,
    codes_copied=0.003,
    names_restyled=1 / 3,
    unicode_apart=0.05,
    procedures_shortened=0.25,
    ditto=0.1,
    phones_absent=0.25,
    phones_other=0.01,
    phones_restyled=0.1,
    addresses_restyled=0.1,
    dates_restyled=0.1,
    written_twice=0.004,
    out_of_order=0.5,
    feed_capitals=0.1,
    never_entered=0.5,
)
NASTY = replace(
    OFFICE,
    name="nasty",
    codes_restyled=0.30,
    codes_mistyped=0.08,
    codes_missing=0.07,
    codes_copied=0.01,
    names_restyled=2 / 3,
    unicode_apart=0.15,
    procedures_shortened=0.5,
    ditto=0.25,
    phones_absent=0.6,
    phones_other=0.03,
    addresses_restyled=0.3,
    dates_off=0.015,
    dates_restyled=0.25,
    out_of_order=1.0,
)
BRUTAL = replace(
    NASTY,
    name="brutal",
    codes_mistyped=0.15,
    codes_missing=0.25,
    codes_copied=0.02,
    names_misspelled=0.20,
    phones_absent=0.85,
    dates_off=0.03,
    out_of_order=1.5,
)
ANOTHER_HAND = replace(  # what no weight was learned on: other ways of writing, other rates
    NASTY,
    name="another-hand",
    hand="another",
    codes_restyled=0.2,
    codes_mistyped=0.1,
    codes_missing=0.04,
    pages_without_codes=0.06,
    names_restyled=0.4,
    names_misspelled=0.10,
    procedures_shortened=0.7,
    phones_absent=0.4,
    phones_other=0.05,
    dates_off=0.02,
    written_twice=0.01,
    out_of_order=3.0,
    not_in_book=0.03,
    not_in_software=0.05,
)
LEVELS = {level.name: level for level in (CLEAN, OFFICE, NASTY, BRUTAL)}


@dataclass(frozen=True)
class Scenes:
    """What makes dossiers alike: shares of dossiers that come to the counter right after such a one."""

    same_person: float = 0.02  # one person hands in another dossier
    family: float = 0.02  # the next one is of the same family: surname, hamlet and phone
    stack: float = 0.004  # a stack of one procedure begins, of 3 to 12 dossiers (the notary's messenger)


USUAL = Scenes()
CROWDED = Scenes(same_person=0.12, family=0.12, stack=0.03)
