from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Shell

MAIL = """
[mail]
sender = "doichieu@xa.example"
owner = ["owner@xa.example"]
[mail.smtp]
host = "smtp.xa.example"
user = "doichieu"
password_file = "smtp_password"
"""
UNITS = ["doichieu.service", "doichieu.timer", "doichieu-failed.service"]


@pytest.fixture
def home(shell: Shell) -> Path:
    assert shell("init", "home").code == 0
    return shell.folder / "home"


def test_the_units_are_printed_one_after_the_other(shell: Shell, home: Path) -> None:
    done = shell("schedule", "systemd", "--home", "home", "--at", "19:30")
    assert (done.code, done.err, done.touched) == (0, "", frozenset())
    assert [line.removeprefix("# ---- ") for line in done.text.splitlines() if line.startswith("# ---- ")] == UNITS
    assert "OnCalendar=*-*-* 19:30:00 Asia/Ho_Chi_Minh" in done.text
    assert f'doichieu" "nightly" "--home" "{home}"' in done.text
    assert f"User={home.owner()}" in done.text
    assert "PrivateNetwork=yes" in done.text


def test_the_configuration_decides_on_net_and_password(shell: Shell, home: Path) -> None:
    (home / "doichieu.toml").write_text(f'metrics_file = "/var/lib/prom/d.prom"\n{MAIL}')
    text = shell("schedule", "systemd", "--home", home, "--user", "daemon").text
    assert f"LoadCredential=smtp_password:{home}/smtp_password" in text
    assert f'ReadWritePaths="{home}" "-/var/lib/prom"' in text
    assert "PrivateNetwork" not in text
    cron = shell("schedule", "cron", "--home", home, "--user", "daemon").text
    assert "MAILTO=owner@xa.example" in cron
    assert cron.splitlines()[-1].startswith("0 20 * * * daemon /")


def test_paths_lose_their_dots_which_systemd_refuses(shell: Shell, home: Path) -> None:
    (home / "doichieu.toml").write_text(MAIL.replace('"smtp_password"', '"../secret/../pw"'))
    text = shell("schedule", "systemd", "--home", "home/../home").text
    assert f'ReadWritePaths="{home}"\n' in text
    assert f"LoadCredential=smtp_password:{home.parent}/pw\n" in text


def test_files_are_written_for_all_to_read_and_only_once(shell: Shell, home: Path) -> None:
    words = ("schedule", "systemd", "--home", home, "--output", home / "log")
    done = shell(*words)
    assert done.text.splitlines() == [str(home / "log" / name) for name in UNITS]
    assert {stat.S_IMODE((home / "log" / name).stat().st_mode) for name in UNITS} == {0o644}
    assert shell(*words).code == 0
    shell(*words, "--at", "01:00").failed(64, "doichieu.timer", "nothing was changed")


def test_cron_says_when_the_machine_has_another_zone(shell: Shell, home: Path) -> None:
    elsewhere = shell.process("schedule", "cron", "--home", str(home), TZ="UTC")
    assert elsewhere.code == 0
    assert "Vietnamese time" in elsewhere.err
    assert shell.process("schedule", "cron", "--home", str(home), TZ="<+07>-7").err == ""


def test_what_does_not_fit_is_told(shell: Shell, home: Path) -> None:
    shell("schedule", "systemd", "--home", "none").failed(78, "none/doichieu.toml", "doichieu init")
    shell("schedule", "systemd", "--home", home, "--at", "25:00").failed(64, "25:00")
    shell("schedule", "systemd", "--home", home, "--user", "a b").failed(64, "--user")
    shell("schedule", "launchd", "--home", home).failed(64, "launchd")
    shell("schedule", "cron", "--home", home, "--output", home / "missing").failed(74, "missing")
    (home / "doichieu.toml").write_text("[mail]\nsender = 'x'")
    shell("schedule", "cron", "--home", home).failed(78, "sender")
