"""LibreOffice without a window, which opens what we write as a reader's program would."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

SOFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(SOFFICE is None, reason="needs Debian's libreoffice-calc-nogui")


def converted(path: Path, ending: str, folder: Path) -> Path:
    """The file saved anew by LibreOffice."""
    assert SOFFICE
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    call = [SOFFICE, profile, "--headless", "--convert-to", ending, "--outdir", str(folder), str(path)]
    subprocess.run(call, check=True, capture_output=True, timeout=300)
    return folder / f"{path.stem}.{ending.split(':', maxsplit=1)[0]}"
