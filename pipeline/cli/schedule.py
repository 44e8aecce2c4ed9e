"""`doichieu schedule`."""

from __future__ import annotations

import os
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.talk import printable, say
from pipeline.errors import IoFault, UsageFault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.schedule import Schedule

VIET_NAM_OFFSET = timedelta(hours=7)


@click.command(short_help="Print or write what runs doichieu every night.")
@click.argument("kind", type=click.Choice(["systemd", "cron"]), metavar="systemd|cron")
@click.option("--home", type=click.Path(path_type=Path), default=Path(), help="The home that `init` made; this folder.")
@click.option("--at", default="20:00", type=click.DateTime(["%H:%M"]), metavar="HH:MM", help="Time in Viet Nam; 20:00.")
@click.option("--user", help="Who runs it; the home's owner.")
@click.option("--output", type=click.Path(path_type=Path), help="Write the files into this folder instead.")
def command(kind: str, home: Path, at: datetime, user: str | None, output: Path | None) -> None:
    """Print the units (systemd) or the cron.d file (cron) that run `doichieu nightly` for a home.

    \b
    systemd is better: it goes by Vietnamese time on every machine, makes up for a night that the
    machine was off, hides all but the home, and tells when a night fails.

    \b
    Examples:
      doichieu schedule systemd --home /srv/doichieu --at 19:30
      doichieu schedule systemd --home /srv/doichieu --output /etc/systemd/system
      doichieu schedule cron --home /srv/doichieu --user doichieu > /etc/cron.d/doichieu
    """  # noqa: D301 -- \b is click's sign for a paragraph to leave alone
    from pipeline.schedule import cron_files, systemd_files

    schedule = _schedule(home.resolve(), at, user)  # systemd takes no `..`
    files = systemd_files(schedule) if kind == "systemd" else cron_files(schedule)
    if kind == "cron" and datetime.now().astimezone().utcoffset() != VIET_NAM_OFFSET:
        say(
            "this machine does not go by Vietnamese time, and not every cron knows CRON_TZ",
            "See the remarks in the file.",
        )
    if output:
        _write(files, output)
    else:
        click.echo("\n".join(_titled(name, text, len(files)) for name, text in files.items()), nl=False)


def _schedule(home: Path, at: datetime, user: str | None) -> Schedule:
    from pipeline.deliver.settings import read_mail
    from pipeline.schedule import Schedule
    from pipeline.settings import load_settings

    settings = load_settings(home / "doichieu.toml")
    mail = read_mail(settings.mail, home)
    metrics = (home / settings.metrics_file).resolve().parent if settings.metrics_file else home
    own_files = [mail.smtp.ca_file, mail.smtp.password_file] if mail.smtp else [None, None]
    authorities, password_file = (path.resolve() if path else None for path in own_files)
    reads = [Path(sys.prefix), Path(sys.base_prefix), *([authorities] if authorities else [])]
    return Schedule(
        home=home,
        at=at.time(),
        user=user or _owner(home),
        command=_command(),
        reads=tuple(reads),
        metrics_folder=None if metrics.is_relative_to(home) else metrics,
        has_smtp=mail.smtp is not None,
        has_login=mail.smtp is not None and mail.smtp.user is not None,
        has_health_check=settings.health_check_url is not None,
        password_file=password_file,
        mail_to=mail.owner[0] if mail.owner else None,
    )


def _owner(home: Path) -> str:
    try:
        return home.owner()
    except KeyError:  # a number without a name
        return str(home.stat().st_uid)


def _command() -> tuple[str, ...]:
    """The running doichieu: its script beside the interpreter, else the interpreter itself."""
    script = Path(sys.executable).absolute().with_name("doichieu")
    return (str(script),) if os.access(script, os.X_OK) else (str(Path(sys.executable).absolute()), "-m", "pipeline")


def _titled(name: str, text: str, of: int) -> str:
    return text if of == 1 else f"# ---- {name}\n{text}"


def _write(files: Mapping[str, str], folder: Path) -> None:
    from pipeline.report.sink import write_out

    taken = [str(folder / name) for name, text in files.items() if _is_other(folder / name, text)]
    if taken:
        raise UsageFault(f"already there: {', '.join(taken)}; nothing was changed", "Move them away, or edit them.")
    for name, text in files.items():
        write_out(
            [text.encode()], folder / name, mode=0o644
        )  # no secrets; systemd warns of units that not all can read
        click.echo(printable(str(folder / name)))


def _is_other(path: Path, text: str) -> bool:
    try:
        return path.read_text(encoding="utf-8", errors="replace") != text
    except FileNotFoundError:
        return False
    except OSError as fault:
        raise IoFault(f"{path}: cannot be read ({fault.strerror})", "Name another folder with --output.") from None
