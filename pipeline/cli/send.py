"""`doichieu send`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import business_day, home_option, lock_wait_option

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.errors import ExitCode


@click.command(short_help="Relay the mails that wait in the outbox.")
@home_option
@lock_wait_option
def command(folder: Path, lock_wait: float) -> ExitCode:
    """Try again to relay what waits, with the same bytes; what was sent is not sent again.

    \b
    Example:
      doichieu send --home ~/doichieu
    """  # noqa: D301 -- \b is click's sign for a paragraph to leave alone
    from pipeline.night.generations import newest_state
    from pipeline.night.home import open_home
    from pipeline.night.lock import only_one
    from pipeline.night.post import deliver
    from pipeline.night.tonight import Tonight
    from pipeline.report.phrases import load_phrases
    from pipeline.settings import load_settings

    home = open_home(folder)
    settings, now = load_settings(home.config), datetime.now(UTC)
    tonight = Tonight(home, business_day(None), now, settings, load_phrases(settings.lang), lambda _: None)
    with only_one(home, lock_wait, now):
        mailed = deliver(newest_state(home), tonight)
    click.echo(
        f"sent {len(mailed.relayed.sent)}, written {len(mailed.written)}, "
        f"waiting {len(mailed.relayed.deferred)}, refused {len(mailed.relayed.refused)}"
    )
    return mailed.exit_code
