"""Canaries in every personal column: through success, failure and crash they stay where reports may be."""

from __future__ import annotations

import email
import email.policy
import io
import unicodedata
import zipfile
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import ExitCode
from tests.cli.files import ROWS, export_text
from tests.night.children import MUTATING, needs_strace
from tests.night.conftest import MONDAY
from tests.night.sound import loose

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.files import Row
    from tests.night.children import Children, Ended
    from tests.night.conftest import Office

PERSONAL = {"name": "Kha Thị Chim Vàng", "phone": "0399123777", "signature": "Kha Chim Ký"}
PERMITTED = ("inbox", "archive", "state", "reports")  # and in outbox/ the work list that a mail brings

pytestmark = pytest.mark.slow


def folded(text: str) -> str:
    bare = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


FORMS = [form for text in PERSONAL.values() for form in {text, text.upper(), folded(text)}]
NEEDLES = [form.encode(code) for form in FORMS for code in ("utf-8", "utf-16-le")]


def hits(content: bytes) -> bool:
    return any(needle in content for needle in NEEDLES)


def personal(row: Row) -> Row:
    return row | PERSONAL


def delivered(office: Office) -> None:
    office.export(*(personal(row) for row in ROWS))
    office.book(*(personal(row) for row in ROWS))


def shown(office: Office, children: Children, ended: Ended) -> list[str]:
    """Where a canary is that it must not be: streams, log, mails' texts, any temporary file."""
    folder = office.home.folder
    places = [("stdout", ended.stdout.encode()), ("stderr", ended.stderr.encode())]
    places += [(f"{path}", path.read_bytes()) for path in children.folder.rglob("*") if path.is_file()]
    places += [
        (f"{path}", content)
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).parts[0] not in PERMITTED
        for content in readable(path)
    ]
    return [name for name, content in places if hits(content)]


def readable(path: Path) -> Iterator[bytes]:
    """A file's bytes; of a mail the texts of its parts too, but not the work list."""
    yield path.read_bytes()
    if path.suffix == ".eml":
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        yield from (f"{value}".encode() for value in message.values())
        yield from (part.get_content().encode() for part in message.walk() if part.get_content_maintype() == "text")


def words(office: Office) -> tuple[str | Path, ...]:
    return "nightly", "--home", office.home.folder, "--as-of", MONDAY.isoformat(), "--json"


def test_the_search_finds_a_canary_where_it_may_be(office: Office, children: Children) -> None:
    delivered(office)
    children.run(*words(office))
    (book,) = office.home.reports.rglob("*.xlsx")
    with zipfile.ZipFile(io.BytesIO(book.read_bytes())) as parts:
        assert any(hits(parts.read(name)) for name in parts.namelist())


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o777])
def test_a_night_shows_nobody_under_any_umask(office: Office, children: Children, umask: int) -> None:
    delivered(office)
    ended = children.run(*words(office), umask=umask)
    assert ended.code == ExitCode.COMPLETE
    assert shown(office, children, ended) == []
    assert loose(office.home.folder) == []


def unlike(office: Office, fault: str) -> None:
    """Files with canaries that cannot be taken: garbled in a way of their own."""
    text = export_text(*(personal(row) for row in ROWS))
    broken = {
        "quoting": text + '"' + PERSONAL["name"] + "\n",
        "nul": text + PERSONAL["name"] + "\0\n",
        "header": text.replace("Số hồ sơ", PERSONAL["name"]),
        "fields": text + f"{PERSONAL['name']},{PERSONAL['phone']}\n" * 3,
        "held": text + "Tổng số: 99 hồ sơ,,,,,,,,,\n",
        "dates": text.replace("/03/2026", f"/{PERSONAL['phone']}"),
    }
    (office.home.inbox / "igate.csv").write_text(broken[fault], encoding="utf-8")


@pytest.mark.parametrize("fault", ["quoting", "nul", "header", "fields", "held", "dates"])
def test_a_file_that_is_not_taken_shows_nobody(office: Office, children: Children, fault: str) -> None:
    office.book(*(personal(row) for row in ROWS))
    unlike(office, fault)
    ended = children.run(*words(office))
    assert ended.code in {ExitCode.COMPLETE, ExitCode.DEGRADED, ExitCode.REFUSED}
    assert shown(office, children, ended) == []
    assert loose(office.home.folder) == []


@needs_strace
@pytest.mark.parametrize("how", ["signal=SIGKILL", "error=EIO", "signal=SIGSEGV"])
@pytest.mark.parametrize("name", ["fsync", "pwrite64", "rename", "unlink"])
def test_a_night_that_breaks_shows_nobody(office: Office, children: Children, name: str, how: str) -> None:
    assert name in MUTATING
    delivered(office)
    inject = f"inject={name}:{how}:when=4"
    ended = children.run(*words(office), trace=["-e", f"trace={name}", "-e", inject, "-o", "/dev/null"])
    assert ended.code == {"signal=SIGKILL": -9, "signal=SIGSEGV": -11, "error=EIO": ExitCode.IO}[how]
    assert shown(office, children, ended) == []
    assert loose(office.home.folder) == []
