"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable

CONFIG = Path("doichieu.toml")

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


def settings_of(config: Path | None, lang: str | None) -> Settings:
    """The settings of the named file, or of the one in this folder, or the built-in ones."""
    from dataclasses import replace

    settings = load_settings(config or (CONFIG if CONFIG.is_file() else None))
    return replace(settings, lang=lang) if lang else settings


def both(command: Callable[..., object]) -> Callable[..., object]:
    """--config and --lang."""
    return config_option(lang_option(command))
