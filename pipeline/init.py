"""A new home: the configuration with its defaults, the folders, and logbook templates to type into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import IoFault, UsageFault
from pipeline.logbook_template import LOGBOOK_WIDTHS, logbook_template
from pipeline.report.sink import write_out
from pipeline.settings import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.settings import Settings

FOLDERS = ("inbox", "archive", "state", "reports", "outbox", "log")
CONFIG, CATALOGUE = "doichieu.toml", "danh_muc.csv"
BOOK, SHEET_OF_TEXT = "so_theo_doi_mau.xlsx", "so_theo_doi_mau.csv"


def initialise(folder: Path) -> list[Path]:
    """Make a home in `folder` and give what was made, files first.

    Raises:
        UsageFault: files of these names are there already; nothing was changed.
        IoFault: the disk or the folder refuses.
    """
    templates = {name: (ROOT / "schemas" / "templates" / name).read_bytes() for name in (CONFIG, CATALOGUE)}
    contents = templates | {BOOK: logbook_template(), SHEET_OF_TEXT: _header_line()}
    files = {folder / name: content for name, content in contents.items()}
    folders = [folder / name for name in FOLDERS]
    _refuse_existing([*files, *(path for path in folders if not path.is_dir())])
    new_folders = [path for path in folders if not path.exists()]
    _make_folders([folder, *new_folders])
    for path, content in files.items():
        write_out([content], path)
    return [*files, *new_folders]


def write_template(output: Path, settings: Settings) -> None:
    """The logbook template anew, with what the configuration knows by now: the catalogue and the unit's code.

    Raises:
        UsageFault: the file is there already; nothing was changed.
        IoFault: the disk or the folder refuses.
    """
    _refuse_existing([output])
    write_out([logbook_template(settings.catalogue, settings.unit_code)], output)


def _refuse_existing(paths: list[Path]) -> None:
    taken = [str(path) for path in paths if path.exists() or path.is_symlink()]
    if taken:
        raise UsageFault(
            f"already there: {', '.join(taken)}; nothing was changed", "Choose another folder, or move them away."
        )


def _make_folders(folders: list[Path]) -> None:
    for path in folders:
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as fault:
            raise IoFault(f"{path}: cannot be made ({fault.strerror})", "Check free space and permissions.") from None


def _header_line() -> bytes:
    return (",".join(f'"{heading}"' for heading in LOGBOOK_WIDTHS) + "\r\n").encode("utf-8-sig")
