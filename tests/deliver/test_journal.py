from __future__ import annotations

import errno
import json
import os
import stat
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.deliver import journal as module
from pipeline.deliver.files import write_mails
from pipeline.deliver.journal import Attempt, Journal, Outgoing
from pipeline.errors import ConfigFault, IoFault
from tests.deliver.conftest import MOMENT, mail, mails

SENT = Attempt("<1@x>", "a@b.example", "sent", 250, "accept", "2026-03-31T23:05:01+00:00")
DEFERRED = Attempt("<2@x>", "a@b.example", "deferred", None, "connect", "2026-03-31T23:05:02+00:00")
REFUSED = Attempt("<2@x>", "người\u2028\x85@x", "refused", 550, "recipient", "2026-03-31T23:05:03+00:00")
ALL = [SENT, DEFERRED, REFUSED]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox" / "deliveries.jsonl"


def test_a_line_is_one_document_with_these_keys(path: Path) -> None:
    Journal(path).append(SENT)
    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {
            "message_id": "<1@x>",
            "recipient": "a@b.example",
            "outcome": "sent",
            "code": 250,
            "stage": "accept",
            "at": "2026-03-31T23:05:01+00:00",
        }
    ]


def test_attempts_survive_and_only_outcomes_for_good_are_settled(path: Path) -> None:
    journal = Journal(path)
    for one in ALL:
        journal.append(one)
    for opened in (journal, Journal(path)):
        assert opened.attempts() == ALL
        assert opened.settled() == {SENT.key, REFUSED.key}


def test_the_file_is_private_and_nothing_is_lost_by_opening_it_again(path: Path) -> None:
    before = os.umask(0)
    try:
        Journal(path).append(SENT)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    content = path.read_bytes()
    assert Journal(path).attempts() == [SENT]
    assert path.read_bytes() == content


def test_file_and_folder_are_on_the_disk_before_a_mail_counts_as_sent(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    kept = os.fsync

    def note(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        kept(descriptor)

    monkeypatch.setattr(module.os, "fsync", note)
    Journal(path).append(SENT)
    assert synced == [str(path.parent), str(path)]


@given(
    cut=st.integers(min_value=0), tail=st.sampled_from([b"", b"\0" * 7, b"\0" * 7 + b"\n", b'{"message_id', b"[]\n"])
)
def test_whatever_a_crash_tore_off_the_earlier_lines_stand(
    tmp_path_factory: pytest.TempPathFactory, cut: int, tail: bytes
) -> None:
    path = tmp_path_factory.mktemp("torn") / "deliveries.jsonl"
    lines = [(json.dumps(asdict(one)) + "\n").encode() for one in ALL]
    kept = cut % (len(lines[2]))
    path.write_bytes(b"".join(lines[:2]) + (lines[2][:kept] if not tail else b"") + tail)
    journal = Journal(path)
    assert journal.attempts() == ALL[:2]
    assert path.read_bytes() == b"".join(lines[:2])
    journal.append(REFUSED)
    assert Journal(path).attempts() == ALL


def test_a_line_without_its_end_is_torn_too_and_the_next_one_begins_anew(path: Path) -> None:
    journal = Journal(path)
    journal.append(SENT)
    journal.append(DEFERRED)
    os.truncate(path, path.stat().st_size - 1)
    Journal(path).append(REFUSED)
    assert Journal(path).attempts() == [SENT, REFUSED]


def test_damage_in_the_middle_is_told_and_nothing_is_sent_on_a_guess(path: Path) -> None:
    Journal(path).append(SENT)
    path.write_bytes(b'{"message_id": "canary"}\n' + path.read_bytes())
    with pytest.raises(ConfigFault, match="line 1 is damaged") as fault:
        Journal(path)
    assert "canary" not in fault.value.message


def test_a_last_line_of_a_newer_program_is_not_taken_for_torn(path: Path) -> None:
    Journal(path).append(SENT)
    newer = json.dumps(asdict(SENT) | {"server": "h.example"}).encode() + b"\n"
    path.write_bytes(path.read_bytes() + newer)
    with pytest.raises(ConfigFault, match="line 2 is damaged"):
        Journal(path)
    assert path.read_bytes().endswith(newer)


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_full_disk_leaves_no_half_line(path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    journal = Journal(path)
    journal.append(SENT)
    kept, calls = getattr(os, call), iter([True])

    def full_once(descriptor: int, *line: bytes) -> int | None:
        if not next(calls, False):
            return kept(descriptor, *line)
        os.writev(descriptor, [one[:9] for one in line])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(module.os, call, full_once)
    with pytest.raises(IoFault, match="No space left"):
        journal.append(REFUSED)
    assert journal.attempts() == Journal(path).attempts() == [SENT]
    journal.append(REFUSED)
    assert Journal(path).attempts() == [SENT, REFUSED]


def test_a_link_in_place_of_the_file_is_not_written_through(path: Path) -> None:
    path.parent.mkdir()
    (path.parent / "other").write_bytes(b"")
    path.symlink_to(path.parent / "other")
    with pytest.raises(IoFault):
        Journal(path).append(SENT)
    assert (path.parent / "other").read_bytes() == b""


# Mails as files


def test_mails_are_written_whole_private_and_numbered_by_vietnams_day(path: Path) -> None:
    written = write_mails(path.parent, mails(2), Journal(path), lambda: MOMENT)
    assert [one.name for one in written] == [
        "2026-04-01-1-2026-03-31-1-xa-example.eml",
        "2026-04-01-2-2026-03-31-2-xa-example.eml",
    ]
    assert [one.read_bytes() for one in written] == [one.data for one in mails(2)]
    assert {stat.S_IMODE(one.stat().st_mode) for one in written} == {0o600}
    assert [(one.key, one.outcome) for one in Journal(path).attempts()] == [(one.key, "written") for one in mails(2)]


def test_a_second_run_writes_only_what_is_new(path: Path) -> None:
    write_mails(path.parent, mails(2), Journal(path), lambda: MOMENT)
    (third,) = write_mails(path.parent, mails(3), Journal(path), lambda: MOMENT)
    assert third.name.startswith("2026-04-01-3-")
    assert len(list(path.parent.glob("*.eml"))) == 3


def test_a_file_that_a_killed_run_left_is_not_doubled(path: Path) -> None:
    journal = Journal(path)
    (first,) = write_mails(path.parent, [mail()], journal, lambda: MOMENT)
    path.unlink()
    assert write_mails(path.parent, [mail()], Journal(path), lambda: MOMENT) == [first]
    assert Journal(path).settled() == {mail().key}


@pytest.mark.parametrize("message_id", ["<../../etc/x@y>", "", "<*?[a]@x>", "<" + "x" * 900 + "@y>", "<a\0b\n@x>"])
def test_a_hostile_message_id_stays_in_the_folder(path: Path, message_id: str) -> None:
    (written,) = write_mails(
        path.parent, [Outgoing(message_id, "a@b.example", b"x\r\n")], Journal(path), lambda: MOMENT
    )
    assert written.parent == path.parent
    assert written.read_bytes() == b"x\r\n"


def test_a_folder_that_refuses_is_an_io_fault_and_nothing_is_noted(path: Path, tmp_path: Path) -> None:
    journal = Journal(path)
    with pytest.raises(IoFault):
        write_mails(tmp_path / "missing", [mail()], journal, lambda: MOMENT)
    assert journal.attempts() == []
