"""What one run is told from outside: where, when, and by which rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from pipeline.night.home import Home
    from pipeline.settings import Settings


@dataclass(frozen=True)
class Tonight:
    """One run's circumstances; only the command line reads the clock."""

    home: Home
    today: date  # the business date, in Viet Nam
    now: datetime  # aware, UTC
    settings: Settings
    phrases: Mapping[str, str]
    tell: Callable[[str], None]  # hears the name of each step as it begins
