"""Which feed a sheet belongs to: the name that was given, else the file's name, else its headings; never a guess."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from pipeline.cause import Cause
from pipeline.recognise.columns import Vocabulary, missing, vocabulary
from pipeline.recognise.header import Header, Opening, find_header, known_columns
from pipeline.recognise.plain import keys_of, plain_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipeline.profiles import FeedProfile

DISTINCTIVE_WEIGHT = 2  # a heading that one product alone uses says more than one that all have
CLEAR_LEAD = 2  # distinctive headings, where the runner-up has some of its own too


class Guess(NamedTuple):
    """One sheet read as one feed: how well its headings fit and what stands against it."""

    profile: FeedProfile
    words: Vocabulary
    header: Header | None
    lacks: tuple[str, ...]  # required canonical columns
    distinctive: frozenset[str]
    has_foreign_status: bool  # a book has no status column, a case system always has

    @property
    def points(self) -> int:
        """Known columns and distinctive headings, weighed."""
        known = known_columns(self.header, self.words.meanings) if self.header else 0
        return known + DISTINCTIVE_WEIGHT * len(self.distinctive)

    @property
    def is_complete(self) -> bool:
        """Whether the header gives every required column."""
        return self.header is not None and not self.lacks

    @property
    def fits(self) -> bool:
        """Whether the headings alone speak for this feed."""
        return self.is_complete and not self.has_foreign_status


def guesses(opening: Opening, profiles: Mapping[str, FeedProfile]) -> list[Guess]:
    """Read a sheet's opening as each of the feeds."""
    status = frozenset(
        keys_of([text for p in profiles.values() if not p.is_logbook for text in p.columns.get("status", ())])
    )
    return [_guess(opening, profile, status) for profile in profiles.values()]


def choose(candidates: list[Guess], path: Path) -> Guess | None:
    """The feed that the file's name or, failing that, its headings speak for; None when they do not settle it."""
    named = [guess for guess in candidates if is_named_after(guess.profile, path)]
    if len(named) == 1 and named[0].is_complete:
        return named[0]
    fitting = sorted((guess for guess in candidates if guess.fits), key=lambda guess: -guess.points)
    if len(fitting) < 2:  # noqa: PLR2004 -- a runner-up is needed to doubt the winner
        return fitting[0] if fitting else None
    return fitting[0] if _is_clear(fitting[0], fitting[1]) else None


def is_named_after(profile: FeedProfile, path: Path) -> bool:
    """Whether a pattern of the feed matches the file's name; accents, case and Unicode form do not matter."""
    name = plain_text(path.name)
    return any(fnmatchcase(name, pattern) for pattern in _plain_patterns(profile.file_patterns))


def spoken_for(path: Path, feed: str | None, profiles: Mapping[str, FeedProfile]) -> FeedProfile | None:
    """The feed that the caller or the name of an unreadable file speaks for; None when neither settles it."""
    named = [profiles[feed]] if feed else [one for one in profiles.values() if is_named_after(one, path)]
    return named[0] if len(named) == 1 else None


@cache
def _plain_patterns(patterns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(plain_text(pattern) for pattern in patterns)


def objection(guess: Guess) -> Cause:
    """What speaks against a feed, in words for a message."""
    against = missing(guess.profile, guess.lacks)
    if guess.has_foreign_status:
        against.append(Cause("status_in_book"))
    absent = [text for text, key in zip(guess.profile.distinctive, keys_of(guess.profile.distinctive), strict=True)
              if key not in guess.distinctive]  # fmt: skip
    if not against and absent:
        against.append(Cause("own_headings_absent", headings=", ".join(absent)))
    return Cause("guess", feed=guess.profile.name, against=tuple(against or [Cause("nothing_against")]))


def _guess(opening: Opening, profile: FeedProfile, status: frozenset[str]) -> Guess:
    words = vocabulary(profile)
    header = find_header(opening, words.meanings, words.grouping)
    keys = frozenset(key for key in header.keys if key) if header else frozenset[str]()
    found = {words.meanings[key] for key in keys if key in words.meanings}
    lacks = tuple(name for name in profile.required if name not in found)
    return Guess(profile, words, header, lacks, words.distinctive & keys, profile.is_logbook and bool(status & keys))


def _is_clear(first: Guess, second: Guess) -> bool:
    lead = len(first.distinctive) - len(second.distinctive)
    return lead >= CLEAR_LEAD or (first.points > second.points and second.distinctive <= first.distinctive)
