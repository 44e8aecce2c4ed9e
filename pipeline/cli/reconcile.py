"""`doichieu reconcile`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.options import as_of_option, both, business_day, memory_option, settings_of, within
from pipeline.cli.output import check_place, form_of, report_options, write_official_paper, write_outcome
from pipeline.cli.talk import printable, say, say_fault
from pipeline.errors import ExitCode, NoInput, UsageFault

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.collect import Collected
    from pipeline.comparison import Comparing, Run
    from pipeline.night.home import Home
    from pipeline.report.outcome import Outcome
    from pipeline.settings import Settings

BARE_TABLES = ("csv", "jsonl", "parquet")
TABLE_ENDINGS = (".jsonl", ".csv", ".parquet")


@click.command(short_help="Compare logbooks with exports and print what does not agree.")
@click.argument("paths", nargs=-1, metavar="[FEED=]PATH ...")
@as_of_option
@report_options
@click.option("--links", type=click.Path(path_type=Path), help="Also write which line is which record and why.")
@click.option("--quarantine", type=click.Path(path_type=Path), help="Also write the rows set aside and why.")
@click.option("--exit-code", "wants_exit_code", is_flag=True, help="Exit with 10 when there are findings.")
@click.option(
    "--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", envvar="DOICHIEU_ENGINE", help="duckdb."
)
@click.option("--spark-folder", type=click.Path(path_type=Path), help="Where Spark and its workers keep tables.")
@memory_option
@both
def command(  # noqa: PLR0913, PLR0917 -- one argument per flag, all by name
    paths: tuple[str, ...],
    as_of: datetime | None,
    format_: str | None,
    output: Path | None,
    period: str | None,
    links: Path | None,
    quarantine: Path | None,
    engine: str,
    spark_folder: Path | None,
    memory_limit: str | None,
    config: Path | None,
    lang: str | None,
    *,
    wants_exit_code: bool,
) -> int:
    """Compare logbooks with exports of the case software and print what does not agree.

    \b
    PATH is a CSV, XLSX, XLS or HTML file, or a folder of such files. The feed (igate, xgate, logbook,
    or one of your own) is recognised by file name or headings; FEED=PATH names it.
    Without a PATH the state is read that `doichieu nightly` keeps in this folder.
    --links and --quarantine take a FILE that ends in .jsonl, .csv or .parquet.

    \b
    Examples:
      doichieu reconcile igate.xlsx so_theo_doi.csv
      doichieu reconcile xgate=bao_cao.xls logbook=so.xlsx --as-of 2026-03-31 --output sai_lech.xlsx

    \b
    --engine spark links and finds on Apache Spark, for more rows than one machine holds; files are read here.
    It needs Java 17 and pip install 'doichieu[spark]', and runs on this machine's cores unless Spark's own
    settings say otherwise. Driver and workers must see the same --spark-folder, workers need rapidfuzz:
      export PYSPARK_SUBMIT_ARGS="--master spark://HOST:7077 --executor-memory 8g pyspark-shell"
      doichieu reconcile DIR --engine spark --spark-folder /mnt/shared --format parquet --output sai_lech.parquet
    """  # noqa: D301 -- \b is click's sign for a paragraph to leave alone
    from pipeline.cli.waiting import in_background
    from pipeline.collect import Collected, collect
    from pipeline.comparison import Asked, reconcile_files, reconcile_state
    from pipeline.period import period_of

    settings = within(settings_of(config, lang), memory_limit)
    day = business_day(as_of)
    format_, kind = form_of(format_, output, period)
    collected = collect(paths, frozenset(settings.feeds)) if paths else Collected()
    _check_outputs(collected, output, links, quarantine)
    with_links = links is not None or format_ == "html"  # the page opens each line with its evidence
    on_paper = period_of(kind, day, settings.paper.get("period_ends_on", 0)) if kind else None
    compare = _comparing(engine, spark_folder)
    job = partial(reconcile_files, collected) if paths else partial(reconcile_state, _home(config))
    run = in_background(
        lambda tell: job(Asked(day, settings, tell, with_links, on_paper, compare)),
        steps=len(collected.requests),
    )
    _write_beside(run.outcome, links, quarantine)
    _write(run, format_, output, settings)
    _say_what_was_left_aside(run, format_)
    return _exit_code(run, wants_exit_code=wants_exit_code)


def _comparing(engine: str, spark_folder: Path | None) -> Comparing:
    """What links and finds."""
    if engine == "duckdb":
        from pipeline.comparison import compare

        if spark_folder:
            raise UsageFault("--spark-folder without --engine spark", "Name the engine, or leave the folder out.")
        return compare
    try:
        from pipeline.spark.engine import OnSpark
    except ModuleNotFoundError as missing:
        tip = "Install the extra: pip install 'doichieu[spark]'."
        raise UsageFault(f"--engine spark: {missing.name} is not installed", tip) from missing
    return OnSpark(spark_folder)


def _home(config: Path | None) -> Home:
    """The home whose state is read when no files are named: the folder of the configuration, else this one."""
    from pipeline.night.home import CONFIG, Home

    folder = config.parent if config else Path()
    if not (folder / CONFIG).is_file() or not (folder / "state").is_dir():
        raise NoInput("no PATH given, and there is no state to read yet", "doichieu reconcile igate.csv logbook.csv")
    return Home(folder.resolve())


def _check_outputs(collected: Collected, *outputs: Path | None) -> None:
    """Refuse before any work what would overwrite an input or cannot be written."""
    wanted = [path for path in outputs if path]
    for path in outputs[1:]:
        if path and path.suffix.lower() not in TABLE_ENDINGS:
            raise UsageFault(f"{path}: unknown ending", f"Use one of {' '.join(TABLE_ENDINGS)}.")
    inputs = {path.resolve() for path in collected.paths}
    clashing = [str(path) for path in wanted if path.resolve() in inputs]
    if clashing or len({path.resolve() for path in wanted}) < len(wanted):
        raise UsageFault(f"{', '.join(clashing) or wanted[0]}: would be overwritten", "Name another file.")
    for path in wanted:
        check_place(path)


def _write(run: Run, format_: str, output: Path | None, settings: Settings) -> None:
    if run.paper:
        write_official_paper(run.outcome, run.paper, settings.paper, output)
    else:
        write_outcome(run.outcome, format_, output)


def _write_beside(outcome: Outcome, links: Path | None, quarantine: Path | None) -> None:
    from pipeline.report.table import write_table

    for frame, path in ((outcome.links, links), (outcome.quarantine, quarantine)):
        if path:
            write_table(frame, path.suffix.lower().lstrip("."), path)


def _say_what_was_left_aside(run: Run, format_: str) -> None:
    """Text and workbook tell it themselves, bare tables have no place for it; a refusal is always told."""
    for refusal in run.refusals:
        say_fault(refusal.fault)
    for warning in run.warnings if format_ in BARE_TABLES else ():
        say(printable(warning))


def _exit_code(run: Run, *, wants_exit_code: bool) -> int:
    if run.exit_code is ExitCode.COMPLETE and wants_exit_code and run.outcome.mismatches.height:
        return ExitCode.FINDINGS
    return run.exit_code
