from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from pipeline.errors import UsageFault
from pipeline.schedule import Schedule, cron_files, systemd_files

ROOT = Path(__file__).parents[2]
HOSTILE = ["plain", "two words", "100%h", "$HOME", "a;b", 'a"b', "a'b", "#a", "Đối chiếu", "*", "-a", "`id`", "a&&b|c"]
FOR_COMMANDS = [name for name in HOSTILE if not {*name} & {*"\"'"}]
ANALYZE = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not on this machine")


def program(folder: Path) -> str:
    """A doichieu that prints its words."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "doichieu").write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
    (folder / "doichieu").chmod(0o755)
    return str(folder / "doichieu")


@pytest.fixture
def schedule(tmp_path: Path) -> Schedule:
    return Schedule(tmp_path / "home", time(19, 5), "daemon", (program(tmp_path / "bin"),))


def with_everything(schedule: Schedule) -> Schedule:
    return replace(
        schedule,
        has_smtp=True,
        has_login=True,
        has_health_check=True,
        password_file=schedule.home / "pw",
        metrics_folder=Path("/var/lib/node exporter"),
        mail_to="owner@xa.example",
    )


def settings_of(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if "=" in line and not line.startswith("#"):
            found.setdefault(line.partition("=")[0], []).append(line.partition("=")[2])
    return found


def analyze(folder: Path, files: dict[str, str], *words: str) -> tuple[int, str]:
    """What systemd-analyze says of the files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    ended = subprocess.run(
        ["systemd-analyze", *words], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    return ended.returncode, ended.stdout + ended.stderr


# systemd


@needs_systemd
@pytest.mark.parametrize("full", [False, True])
def test_systemd_finds_no_fault_in_the_units(tmp_path: Path, schedule: Schedule, *, full: bool) -> None:
    files = systemd_files(with_everything(schedule) if full else schedule)
    assert analyze(tmp_path / "units", files, "--man=no", "verify", *(f"./{name}" for name in files)) == (0, "")


@needs_systemd
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize(
    ("home", "user"),
    [
        ("/srv/doichieu", "daemon"),
        ("/srv/doichieu", "root"),  # not advised, but who makes a home as root gets it
        ("/home/a/doichieu", "daemon"),
        ("/tmp/doichieu", "daemon"),  # noqa: S108 -- the worst place
    ],
)
def test_systemd_finds_the_service_well_hidden(
    tmp_path: Path, schedule: Schedule, home: str, user: str, *, full: bool
) -> None:
    one = replace(schedule, home=Path(home), user=user, command=("/opt/doichieu/bin/doichieu",))
    files = systemd_files(with_everything(one) if full else one)
    code, told = analyze(
        tmp_path / "units", files, "security", "--offline=true", "--threshold=15", "./doichieu.service"
    )
    assert code == 0, told


@needs_systemd
@pytest.mark.parametrize("name", HOSTILE)
def test_systemd_reads_a_hostile_home_as_it_is(
    tmp_path: Path, schedule: Schedule, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYSTEMD_LOG_LEVEL", "debug")  # shows what it has understood
    home = tmp_path / name
    files = systemd_files(replace(schedule, home=home))
    code, told = analyze(home, files, "--man=no", "verify", *(f"./{one}" for one in files))
    assert code == 0
    assert f"ReadWritePaths: {home}\n" in told
    (line,) = (line for line in told.splitlines() if "Command Line" in line and " nightly --home " in line)
    shown = re.sub(r"\\(.)", r"\1", line.partition(" --home ")[2]).strip('"')
    assert shown.replace("$$", "$") == str(home)
    assert shown.count("$") == 2 * str(home).count("$")  # one of each pair stays when the command is called


@needs_systemd
@pytest.mark.parametrize("name", FOR_COMMANDS)
def test_systemd_finds_the_program_in_a_hostile_folder(tmp_path: Path, schedule: Schedule, name: str) -> None:
    files = systemd_files(replace(schedule, command=(program(tmp_path / name),)))
    assert analyze(tmp_path / "units", files, "--man=no", "verify", "./doichieu.service") == (0, "")


UNDER_THE_UNITS_MEMORY_RULE = """
import ctypes, os, sys
if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0):  # PR_SET_MDWE: Linux 6.3, what MemoryDenyWriteExecute=yes comes to
    sys.exit(99)
os.execv(sys.executable, [sys.executable, "-m", "pipeline", *sys.argv[1:]])
"""


def test_the_program_runs_with_the_units_memory_rule_and_environment(schedule: Schedule) -> None:
    (variable,) = settings_of(systemd_files(schedule)["doichieu.service"])["Environment"]
    words = [sys.executable, "-c", UNDER_THE_UNITS_MEMORY_RULE, "reconcile", "sample_exports", "--as-of", "2026-03-31"]
    environment = os.environ | dict([variable.split("=")])
    ended = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)
    if ended.returncode == 99:
        pytest.skip("this kernel is older than Linux 6.3")
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_program_that_systemd_would_refuse_is_refused_here(schedule: Schedule, quote: str) -> None:
    with pytest.raises(UsageFault, match="quotation"):
        systemd_files(replace(schedule, command=(f"/opt/a{quote}b/doichieu",)))


def test_the_night_is_vietnams_and_one_missed_is_made_up_for(schedule: Schedule) -> None:
    timer = settings_of(systemd_files(schedule)["doichieu.timer"])
    assert (timer["OnCalendar"], timer["Persistent"]) == (["*-*-* 19:05:00 Asia/Ho_Chi_Minh"], ["true"])


def test_a_degraded_night_is_no_failure_and_a_failed_one_is_told(schedule: Schedule) -> None:
    service = settings_of(systemd_files(schedule)["doichieu.service"])
    assert service["SuccessExitStatus"] == ["3 10"]
    assert service["OnFailure"] == ["doichieu-failed.service"]
    assert (service["UMask"], service["User"]) == (["0077"], ["daemon"])


def test_without_mail_or_health_check_there_is_no_net_and_no_credential(schedule: Schedule) -> None:
    service = settings_of(systemd_files(schedule)["doichieu.service"])
    assert (service["PrivateNetwork"], service["RestrictAddressFamilies"]) == (["yes"], ["AF_UNIX"])
    assert not {"LoadCredential", "Wants"} & service.keys()


@pytest.mark.parametrize("reason", ["has_smtp", "has_health_check"])
def test_with_one_of_them_there_is_a_net(schedule: Schedule, reason: str) -> None:
    service = settings_of(systemd_files(replace(schedule, **{reason: True}))["doichieu.service"])
    assert service["RestrictAddressFamilies"] == ["AF_INET AF_INET6 AF_UNIX"]
    assert "PrivateNetwork" not in service
    assert service["After"] == ["network-online.target"]


def test_a_password_is_a_credential_and_is_itself_nowhere(schedule: Schedule) -> None:
    named = replace(schedule, has_login=True, password_file=Path("/etc/100% pw"))
    assert settings_of(systemd_files(named)["doichieu.service"])["LoadCredential"] == ["smtp_password:/etc/100%% pw"]
    usual = settings_of(systemd_files(replace(schedule, has_login=True))["doichieu.service"])
    assert usual["LoadCredential"] == ["smtp_password:/etc/doichieu/smtp_password"]


@pytest.mark.parametrize(
    ("facts", "protect_home", "private_tmp"),
    [
        ({"home": Path("/srv/d")}, "yes", "yes"),
        ({"home": Path("/home/a/d")}, "read-only", "yes"),
        ({"home": Path("/tmp/d")}, "yes", "no"),  # noqa: S108 -- a path in a unit
        ({"home": Path("/homework")}, "yes", "yes"),
        ({"home": Path("/srv/d"), "command": ("/home/lan/bin/doichieu",)}, "read-only", "yes"),
        ({"home": Path("/srv/d"), "reads": (Path("/home/a/python"),)}, "read-only", "yes"),
    ],
)
def test_only_what_is_needed_stays_visible(
    schedule: Schedule, facts: dict[str, object], protect_home: str, private_tmp: str
) -> None:
    one = replace(schedule, **{"command": ("/opt/doichieu",), **facts})
    service = settings_of(systemd_files(one)["doichieu.service"])
    assert (service["ProtectHome"], service["PrivateTmp"]) == ([protect_home], [private_tmp])


def test_a_metrics_folder_outside_the_home_can_be_written_to(schedule: Schedule) -> None:
    service = settings_of(systemd_files(with_everything(schedule))["doichieu.service"])
    assert service["ReadWritePaths"] == [f'"{schedule.home}" "-/var/lib/node exporter"']


# cron


def words_that_cron_calls(text: str) -> list[str]:
    """The words that reach doichieu: fields and % read as cron does, the rest by the shell."""
    minute, hour, *_, line = text.splitlines()[-1].split(maxsplit=6)
    assert (minute, hour) == ("5", "19")
    assert re.search(r"(?<!\\)%", line) is None
    ended = subprocess.run(["/bin/sh", "-c", line.replace(r"\%", "%")], capture_output=True, text=True, check=True)
    return ended.stdout.splitlines()


@pytest.mark.parametrize("name", HOSTILE)
def test_cron_and_the_shell_read_hostile_paths_as_they_are(tmp_path: Path, schedule: Schedule, name: str) -> None:
    home = tmp_path / "home" / name
    (text,) = cron_files(replace(schedule, home=home, command=(program(tmp_path / name),))).values()
    assert words_that_cron_calls(text) == ["nightly", "--home", str(home)]


def test_crons_file_has_all_that_cron_needs(schedule: Schedule) -> None:
    ((name, text),) = cron_files(schedule).items()
    assert "." not in name  # cron passes such files over
    settings = settings_of(text)
    assert settings["MAILTO"] == ["daemon"]
    assert settings["CRON_TZ"] == ["Asia/Ho_Chi_Minh"]
    assert "/usr/bin" in settings["PATH"][0]
    assert text.splitlines()[-1].startswith("5 19 * * * daemon /")
    assert text.endswith("\n")  # cron ignores a last line without an end
    assert "password_file" not in text


def test_crons_mail_goes_to_the_owner_and_a_login_needs_a_file(schedule: Schedule) -> None:
    (text,) = cron_files(with_everything(schedule)).values()
    assert settings_of(text)["MAILTO"] == ["owner@xa.example"]
    assert "password_file" in text


# Both


@pytest.mark.parametrize("name", ["a\nb", "a\tb", "a\\b", "a ", "\udcff", "a\x7f"])
def test_a_path_that_could_begin_a_line_of_its_own_is_refused(schedule: Schedule, name: str) -> None:
    for facts in (
        {"home": Path("/srv") / name},
        {"command": (f"/opt/{name}",)},
        {"password_file": Path("/srv") / name},
    ):
        with pytest.raises(UsageFault):
            replace(schedule, **facts)


@pytest.mark.parametrize("user", ["", "a b", "a\nb", "-a", "a%", "root\n* * * * * root id", "a;b"])
def test_a_users_name_that_is_none_is_refused(schedule: Schedule, user: str) -> None:
    with pytest.raises(UsageFault, match="user"):
        replace(schedule, user=user)
