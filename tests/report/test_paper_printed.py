"""The paper as LibreOffice prints it."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from pipeline.report.paper.page import render_document
from pipeline.report.paper.write import make_document
from tests.report.outcomes import AS_OF, sample
from tests.report.papers import OFFICE, make_facts

if TYPE_CHECKING:
    from pathlib import Path

PROGRAMS = ("soffice", "pdfinfo", "pdftotext")  # libreoffice-writer-nogui, poppler-utils
UPRIGHT, ACROSS = (595, 842), (842, 595)  # points

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not all(map(shutil.which, PROGRAMS)), reason=f"needs {', '.join(PROGRAMS)}"),
]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("paper")
    document = make_document(sample("vi"), make_facts(), OFFICE)
    (folder / "paper.docx").write_bytes(render_document(document, "vi", AS_OF))
    own_profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", "--headless", own_profile, "--convert-to", "pdf", "--outdir", folder, folder / "paper.docx"]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / "paper.pdf"


def said(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True).stdout.decode()


def page(printed: Path, number: int) -> list[str]:
    """The lines of one page, without blank ones."""
    text = said("pdftotext", "-f", str(number), "-l", str(number), "-layout", printed, "-")
    return [line.strip() for line in text.splitlines() if line.strip()]


def test_pages_are_a4_upright_then_across(printed: Path) -> None:
    facts = said("pdfinfo", "-f", "1", "-l", "99", printed)
    found = re.findall(r"size: +([\d.]+) x ([\d.]+)", facts)
    sizes = [(round(float(width)), round(float(height))) for width, height in found]
    across = sizes.index(ACROSS)
    assert sizes == [UPRIGHT] * across + [ACROSS] * (len(sizes) - across)
    assert across == 3


def test_pages_carry_their_number_on_top_but_the_first(printed: Path) -> None:
    assert "CỘNG HÒA" in page(printed, 1)[0]
    assert not [line for line in page(printed, 1) if line.isdigit()]
    assert [page(printed, number)[0] for number in range(2, 7)] == ["2", "3", "4", "5", "6"]


def test_the_head_takes_the_lines_that_it_should(printed: Path) -> None:
    head = page(printed, 1)[:6]
    assert any("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in line for line in head)
    assert any(re.search(r"Đồng Mẫu, ngày +tháng +năm", line) for line in head)


def test_vietnamese_is_whole(printed: Path) -> None:
    text = "".join("".join(page(printed, 1)).split())  # justified lines come with blanks inside words
    for words in ("Độc lập - Tự do - Hạnh phúc", "sổ theo dõi với phần mềm một cửa", "Tổng số hồ sơ phải giải quyết"):
        assert "".join(words.split()) in text


def test_the_report_ends_with_its_mark_before_the_recipients(printed: Path) -> None:
    last = page(printed, 3)
    ending = next(place for place, line in enumerate(last) if line.endswith("./."))
    assert last[ending + 1].startswith("Nơi nhận:")
