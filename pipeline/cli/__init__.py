"""The command line: flags, clock and exit codes. It decides nothing about dossiers."""

from __future__ import annotations

import os
import sys
import traceback
from io import TextIOWrapper
from pathlib import Path

import click

from pipeline import __version__
from pipeline.cli.group import LazyGroup
from pipeline.cli.talk import say
from pipeline.errors import DoichieuError, ExitCode

COMMANDS = {
    "init": "pipeline.cli.init",
    "reconcile": "pipeline.cli.reconcile",
    "nightly": "pipeline.cli.nightly",
    "ingest": "pipeline.cli.ingest",
    "report": "pipeline.cli.report",
    "send": "pipeline.cli.send",
    "status": "pipeline.cli.status",
    "accept": "pipeline.cli.accept",
    "feeds": "pipeline.cli.feeds",
    "rules": "pipeline.cli.rules",
    "review": "pipeline.cli.review",
    "explain": "pipeline.cli.explain",
    "doctor": "pipeline.cli.doctor",
    "backup": "pipeline.cli.backup",
    "restore": "pipeline.cli.restore",
    "purge": "pipeline.cli.purge",
    "schedule": "pipeline.cli.schedule",
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
    _prepare_streams()
    try:
        code = cli.main(prog_name="doichieu", standalone_mode=False)
    except click.ClickException as fault:
        context = fault.ctx if isinstance(fault, click.UsageError) else None
        say(fault.format_message(), f"{context.command_path if context else 'doichieu'} -h")
        return ExitCode.USAGE
    except click.Abort:
        say("interrupted, nothing written")
        return INTERRUPTED
    except SystemExit:  # click's way out after shell completion, and when the reader of a pipe has gone
        return ExitCode.COMPLETE
    except DoichieuError as fault:
        say(fault.message, fault.tip)
        return fault.exit_code
    except Exception as fault:  # noqa: BLE001 -- the last resort: no traceback, which might quote a cell
        return _report(fault)
    return code if isinstance(code, int) else ExitCode.COMPLETE


def _prepare_streams() -> None:
    """UTF-8 whatever the locale says; a stream that the caller has closed takes everything and says nothing."""
    for name in ("stdin", "stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), "r" if name == "stdin" else "w"))
        elif isinstance(stream, TextIOWrapper) and name != "stdin":
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _report(fault: Exception) -> int:
    if os.environ.get("DOICHIEU_DEBUG"):
        traceback.print_exception(fault, file=sys.stderr)
    if isinstance(fault, MemoryError) or type(fault).__name__ == "OutOfMemoryException":  # DuckDB's, imported late
        say("out of memory", "Raise --memory-limit, reconcile fewer files at once, or one unit at a time.")
        return ExitCode.IO
    if isinstance(fault, OSError):
        where = fault.filename or "input or output"
        say(f"{where}: {fault.strerror or 'does not answer'}", "Check the path, the permissions and the disk.")
        return ExitCode.IO
    return _report_bug(fault)


def _report_bug(bug: Exception) -> int:
    """Name the place, not the text: an exception's text may quote a cell."""
    last = traceback.extract_tb(bug.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    say(f"internal error: {type(bug).__name__} at {place}", "Nothing was changed. Please report this line.")
    return ExitCode.BUG
