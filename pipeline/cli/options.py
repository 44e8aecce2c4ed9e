"""Options that several commands share."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.errors import ConfigFault, UsageFault
from pipeline.settings import VIET_NAM, Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable

CONFIG = Path("doichieu.toml")
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)  # the years that a dossier code can name

config_option = click.option(
    "--config",
    type=click.Path(path_type=Path),
    envvar="DOICHIEU_CONFIG",
    help="Configuration file; ./doichieu.toml when it exists.",
)
lang_option = click.option(
    "--lang",
    type=click.Choice(["vi", "en"]),
    envvar="DOICHIEU_LANG",
    help="Language of what people read; the configuration's, else vi.",
)


as_of_option = click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), envvar="DOICHIEU_AS_OF", help="Business date; today in Viet Nam."
)
home_option = click.option(
    "--home",
    "folder",
    type=click.Path(path_type=Path),
    default=".",
    envvar="DOICHIEU_HOME",
    help="The folder with doichieu.toml, made by `doichieu init`; this folder when not given.",
)
lock_wait_option = click.option(
    "--lock-wait", type=click.FloatRange(0), default=60.0, envvar="DOICHIEU_LOCK_WAIT", help="Seconds; 60."
)


memory_option = click.option(
    "--memory-limit",
    envvar="DOICHIEU_MEMORY_LIMIT",
    metavar="SIZE",
    help="Of the database that compares: 3GB or 25%; half of the machine. Beyond it rows go to the disk.",
)


def settings_of(config: Path | None, lang: str | None) -> Settings:
    """The settings of the named file, or of the one in this folder, or the built-in ones."""
    from dataclasses import replace

    settings = load_settings(config or (CONFIG if CONFIG.is_file() else None))
    return replace(settings, lang=lang) if lang else settings


def within(settings: Settings, memory_limit: str | None) -> Settings:
    """The settings with the memory limit of the command line, where it names one."""
    from dataclasses import replace

    from pipeline.checks import is_memory

    if memory_limit is None:
        return settings
    if not is_memory(memory_limit):
        raise UsageFault("--memory-limit: no size", "Write it as 3GB, 500MB or 25%.")
    return replace(settings, memory_limit=memory_limit)


def both(command: Callable[..., object]) -> Callable[..., object]:
    """--config and --lang."""
    return config_option(lang_option(command))


def business_day(as_of: datetime | None) -> date:
    """The day named, else today in Viet Nam; a clock far off is refused."""
    day = as_of.date() if as_of else datetime.now(VIET_NAM).date()
    if FIRST_DAY <= day <= LAST_DAY:
        return day
    if as_of:
        raise UsageFault(f"--as-of {day}: not between {FIRST_DAY} and {LAST_DAY}", "Check the year.")
    raise ConfigFault(f"the machine's clock says {day}", "Set the clock, or name the day with --as-of.")
