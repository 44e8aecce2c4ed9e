from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.files import AS_OF

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

Pair = tuple[str, str]

FAULTS = {
    'lang = "vi': ["TOML", "doichieu.toml"],
    "lang = vi": ["TOML"],
    "colour = 1\nspeed = 2": ["unknown key colour", "unknown key speed", "near_due_days"],
    'lang = "fr"': ["lang"],
    "lang = 3\nunit_code = 4": ["lang", "unit_code"],
    'near_due_days = "three"': ["near_due_days"],
    "near_due_days = true": ["near_due_days"],
    "near_due_days = -1\ntolerance_days = 1000000000": ["near_due_days", "tolerance_days", "366"],
    "procedures = [1]": ["procedures"],
    'fields = "Hộ tịch"': ["fields"],
    "[officers]\na = 1": ["officers"],
    '[mandatory_feeds]\na = "eoffice"': ["mandatory_feeds", "eoffice"],
    '[mandatory_feeds]\na = ["igate"]': ["mandatory_feeds"],
    "[holidays]\nday = 3": ["holidays", "day"],
    "[holidays]\ndays = []": ["holidays", "days"],
    '[[holidays.day]]\nkind = "off"': ["holidays", "day"],
    '[[holidays.day]]\non = "2026-01-02"\nkind = "off"': ["holidays", "day"],
    '[[holidays.day]]\non = 2026-01-02\nkind = "of"': ["holidays", "day"],
    "[[holidays.year]]\nconfirmed = true": ["holidays", "year"],
    "feeds = 3": ["feeds"],
    "[feeds]\nigate = 3": ["igate"],
    "[feeds.igate]\nstatus = 3": ["igate", "unknown key status"],
    "[feeds.igate]\nrequired = 3\ntitle = 4": ["igate", "required", "title"],
    '[feeds.igate]\nrequired = ["colour"]': ["igate", "unknown column colour"],
    '[feeds.igate.columns]\ncolour = ["Màu"]': ["igate", "unknown column colour"],
    '[feeds.igate.columns]\nstatus = "Màu"': ["igate", "columns.status"],
    '[feeds.igate.states]\nflying = ["Đang bay"]': ["igate", "unknown state flying"],
    '[feeds.igate.codes]\nshapes = ["("]': ["igate", "shapes"],
    "[feeds.igate.codes]\nshapes = 3": ["igate", "shapes"],
    "[feeds.igate.names]\nhonorifics = 3": ["igate", "honorifics"],
    "[feeds.igate.procedures]\nabbreviations = 3": ["igate", "abbreviations"],
    '[feeds.new]\ntitle = "new"': ["new", "missing key kind", "missing key columns"],
    '[feeds.new]\nextends = "none"': ["new", "none"],
    '[feeds.new]\nextends = "new"': ["new"],
    "paper = 3": ["paper"],
    '[paper]\nissuer = "UBND"\nseal = "x"\nperiod_ends_on = 29': [
        *("paper: unknown key seal", "paper: issuer", "paper: period_ends_on", "lists of lines", "28")
    ],
    "[paper]\nplace = 1\nrecipients = [1]\nsigner = 2\nperiod_ends_on = true": [
        *("paper: place", "paper: recipients", "paper: signer", "paper: period_ends_on")
    ],
    "[linking]\nassert = 0.9": ["linking", "assert"],
    "[linking]\nassert_at = 2": ["linking", "assert_at"],
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_configuration_that_is_not_understood_stops_the_run_with_78(shell: Shell, pair: Pair, text: str) -> None:
    (shell.folder / "doichieu.toml").write_text(text, encoding="utf-8")
    shell("reconcile", *pair, "--as-of", AS_OF).failed(78, *FAULTS[text])


@pytest.mark.parametrize("words", [["reconcile", "igate.csv"], ["feeds"], ["rules"]], ids=" ".join)
@pytest.mark.usefixtures("pair")
def test_every_command_reads_the_configuration_it_is_given(shell: Shell, words: list[str]) -> None:
    (shell.folder / "other.toml").write_text("colour = 1")
    shell(*words, "--config", "other.toml").failed(78, "other.toml", "colour")
    shell(*words, "--config", "none.toml").failed(78, "none.toml", "doichieu init")


def test_a_configuration_that_is_a_folder_or_no_utf_8_is_78(shell: Shell, pair: Pair) -> None:
    (shell.folder / "folder.toml").mkdir()
    (shell.folder / "bytes.toml").write_bytes(b'lang = "\xff"')
    for name in ("folder.toml", "bytes.toml"):
        shell("reconcile", *pair, "--config", name).failed(78, name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("PANDERA_VALIDATION_ENABLED", value) for value in ("False", "false", "0", "off", "TRUE", "")),
        *(("PANDERA_VALIDATION_DEPTH", value) for value in ("SCHEMA_ONLY", "DATA_ONLY", "none")),
    ],
)
def test_an_environment_that_turns_checks_off_stops_the_run(shell: Shell, pair: Pair, name: str, value: str) -> None:
    done = shell.process("reconcile", *pair, "--as-of", AS_OF, **{name: value})
    done.failed(78, name)


def test_an_environment_that_leaves_checks_on_changes_nothing(shell: Shell, pair: Pair) -> None:
    words = ("reconcile", *pair, "--as-of", AS_OF)
    usual = shell(*words)
    named = shell.process(*words, PANDERA_VALIDATION_ENABLED="True", PANDERA_VALIDATION_DEPTH="SCHEMA_AND_DATA")
    assert (named.code, named.out, named.err) == (0, usual.out, "")
