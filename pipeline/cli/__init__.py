"""The command line: flags, clock and exit codes. It decides nothing about dossiers."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

import click

from pipeline import __version__
from pipeline.cli.group import LazyGroup
from pipeline.errors import DoichieuError, ExitCode

COMMANDS = {
    "init": "pipeline.cli.init",
    "reconcile": "pipeline.cli.reconcile",
    "feeds": "pipeline.cli.feeds",
    "rules": "pipeline.cli.rules",
}
INTERRUPTED = 130
EPILOG = """\b
Exit codes: 0 complete, 3 complete but degraded, 10 findings (with --exit-code),
64 usage, 65 all inputs refused, 66 no input, 70 our bug, 74 disk,
78 configuration needs a person, 130 interrupted. README.md has all of them.

\b
First steps:
  doichieu init                          a configuration and a logbook template
  doichieu feeds igate.xlsx              how a file would be read
  doichieu reconcile igate.xlsx so.csv   what book and software do not agree on
"""


@click.group(
    cls=LazyGroup,
    commands_in=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EPILOG,
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Find dossiers that were returned on paper but are still open in the case software."""


def run() -> int:
    """Run one command; every way out has its code and, for a fault, one message on stderr."""
    os.umask(0o077)
    try:
        code = cli.main(prog_name="doichieu", standalone_mode=False)
    except click.ClickException as fault:
        fault.show()
        return ExitCode.USAGE
    except click.Abort:
        return INTERRUPTED
    except DoichieuError as fault:
        _say(fault.message, fault.tip)
        return fault.exit_code
    except MemoryError:
        _say("out of memory", "Reconcile fewer files at once, or one unit at a time.")
        return ExitCode.IO
    except Exception as bug:  # noqa: BLE001 -- the last resort: no traceback, which might quote a cell
        return _report_bug(bug)
    return code if isinstance(code, int) else ExitCode.COMPLETE


def _say(message: str, tip: str = "") -> None:
    click.echo(f"doichieu: {message}", err=True)
    for line in tip.splitlines():
        click.echo(f"  → {line}", err=True)


def _report_bug(bug: Exception) -> int:
    """Name the place, not the text: an exception's text may quote a cell."""
    if os.environ.get("DOICHIEU_DEBUG"):
        traceback.print_exception(bug, file=sys.stderr)
    last = traceback.extract_tb(bug.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    _say(f"internal error: {type(bug).__name__} at {place}", "Nothing was changed. Please report this line.")
    return ExitCode.BUG
