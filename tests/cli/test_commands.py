from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

import pipeline.__main__
from pipeline import __version__
from pipeline.cli import COMMANDS, INTERRUPTED, cli
from pipeline.errors import ExitCode
from pipeline.queries import queries
from tests.cli.files import (
    CANARIES,
    TITLE,
    book_text,
    dossier,
    export_text,
    still_open,
    write_book,
    write_export,
)

if TYPE_CHECKING:
    from tests.cli.conftest import Shell

Pair = tuple[str, str]

ROOT = Path(pipeline.__main__.__file__).parents[1]
HELP = ROOT / "pipeline" / "cli" / "help.txt"
M_RULES = [f"M{number:02}" for number in range(1, 14)]
V_RULES = [f"V{number:02}" for number in range(1, 12)]


# Help


def test_the_quick_help_is_what_click_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    context = click.Context(cli, info_name="doichieu", **cli.context_settings)
    made_anew = "cp out/help.txt pipeline/cli/help.txt"
    shown = context.get_help() + "\n"
    if shown != HELP.read_text(encoding="utf-8"):
        (ROOT / "out").mkdir(exist_ok=True)
        (ROOT / "out" / "help.txt").write_text(shown, encoding="utf-8")
    assert shown == HELP.read_text(encoding="utf-8"), f"help.txt is old; make it anew: {made_anew}"


@pytest.mark.parametrize("words", [[], ["-h"], ["--help"]], ids=["nothing", "-h", "--help"])
def test_help_comes_from_the_file_at_once(shell: Shell, words: list[str]) -> None:
    done = shell.process(*words)
    assert (done.code, done.text, done.err) == (0, HELP.read_text(encoding="utf-8"), "")


def test_the_version_is_told(shell: Shell) -> None:
    assert shell("--version").text == f"doichieu {__version__}\n"


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_each_command_has_help_with_an_example(shell: Shell, name: str, flag: str) -> None:
    done = shell(name, flag)
    assert (done.code, done.err) == (0, "")
    assert re.search(rf"Examples?:\n +doichieu {name}", done.text)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_option_says_what_it_does(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    options = [one for one in command.params if isinstance(one, click.Option)]
    assert [one.name for one in options if not one.help] == []


def test_the_help_names_every_exit_code_of_these_commands() -> None:
    text = HELP.read_text(encoding="utf-8")
    later = {ExitCode.MAIL_REFUSED, ExitCode.BUSY, ExitCode.PERMISSIONS}
    assert [code for code in (*(set(ExitCode) - later), INTERRUPTED) if not re.search(rf"\b{int(code)}\b", text)] == []


def test_shells_get_their_completion(shell: Shell) -> None:
    done = shell.process(_DOICHIEU_COMPLETE="bash_source")
    assert done.code == 0


# README


def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readmes_exit_codes_are_those_of_the_program() -> None:
    section = re.search(r"(?ms)^#+ [^\n]*Exit codes[^\n]*\n(.*?)(?=^#+ |\Z)", readme())
    assert section, "README.md needs a heading 'Exit codes' with a table"
    listed = [int(code) for code in re.findall(r"(?m)^\| *`?(\d+)`? *\|", section[1])]
    assert listed == [*sorted(ExitCode)]


def test_the_readmes_table_has_every_rule() -> None:
    first_cells = re.findall(r"(?m)^\| *(?:\[|`)*([MV]\d\d[^|\n]*)\|", readme())
    listed = [rule_id for cell in first_cells for rule_id in re.findall(r"\b[MV]\d\d", cell)]
    assert sorted(listed) == sorted(M_RULES + V_RULES)


# rules


def test_rules_lists_every_rule_in_the_readers_language(shell: Shell) -> None:
    for lang, words in (("vi", "Sổ ghi đã trả"), ("en", "returned on paper")):
        done = shell("rules", "--lang", lang)
        assert (done.code, done.err) == (0, "")
        assert [line.split()[0] for line in done.text.splitlines()] == M_RULES + V_RULES
        assert words in done.text


@pytest.mark.parametrize("rule_id", ["M01", "m13"])
def test_rules_shows_the_sql_of_an_m_rule(shell: Shell, rule_id: str) -> None:
    (rule,) = [one for one in queries("30_rules") if one.rule_id == rule_id.upper()]
    assert shell("rules", rule_id).text == rule.path.read_text(encoding="utf-8")


def test_rules_explains_a_v_rule(shell: Shell) -> None:
    assert shell("rules", "v03", "--lang", "en").text == "V03  Day of receipt unreadable\n"


@pytest.mark.parametrize("rule_id", ["M99", "", "M1", "../M01"])
def test_an_unknown_rule_is_refused_with_the_known_ones(shell: Shell, rule_id: str) -> None:
    shell("rules", rule_id).failed(64, "unknown", "M01", "V11")


# init


def test_init_makes_a_home_and_names_what_it_made(shell: Shell) -> None:
    done = shell("init", "home")
    assert (done.code, done.err) == (0, "")
    assert "home/doichieu.toml" in done.text.splitlines()
    assert {shell.folder / line for line in done.text.splitlines()} == set((shell.folder / "home").iterdir())


def test_init_without_a_folder_is_for_this_one(shell: Shell) -> None:
    assert shell("init").code == 0
    assert (shell.folder / "doichieu.toml").is_file()


def test_init_overwrites_nothing(shell: Shell) -> None:
    (shell.folder / "doichieu.toml").write_text("lang = 'en'")
    shell("init").failed(64, "doichieu.toml", "nothing was changed")


def test_init_where_a_file_lies_is_74(shell: Shell) -> None:
    (shell.folder / "home").write_text("a file")
    shell("init", "home").failed(74, "home")


def test_what_init_makes_can_be_used_at_once(shell: Shell, pair: Pair) -> None:
    shell("init")
    assert shell("reconcile", *pair).code == 0
    done = shell("feeds", "so_theo_doi_mau.csv")
    assert done.code == 0
    assert "logbook" in done.text


# feeds


def test_feeds_shows_what_is_understood(shell: Shell) -> None:
    done = shell("feeds", "--lang", "en")
    assert (done.code, done.err) == (0, "")
    for words in ("igate: iGate", "xgate: xGate", "logbook: ", "*igate*", "Số hồ sơ", "open: ", "Đang xử lý"):
        assert words in done.text


def test_feeds_shows_a_feed_of_the_configuration(shell: Shell) -> None:
    (shell.folder / "doichieu.toml").write_text(
        '[feeds.province]\nextends = "igate"\ntitle = "Một cửa tỉnh"\nfile_patterns = ["*motcua*"]\n'
        '[feeds.province.states]\nopen = ["Chờ ký nháy"]\n',
        encoding="utf-8",
    )
    text = shell("feeds").text
    assert "province: Một cửa tỉnh" in text
    assert "Chờ ký nháy" in text


def test_feeds_file_shows_how_it_would_be_read_and_no_cell(shell: Shell) -> None:
    rows = [dossier(1, received="99/99/2026"), dossier(2, status="Đang bay"), dossier(3)]
    write_export(shell.folder / "igate.csv", *rows)
    text = (shell.folder / "igate.csv").read_text(encoding="utf-8").replace("Người thụ lý", "Cột lạ")
    (shell.folder / "igate.csv").write_text(text, encoding="utf-16")
    done = shell("feeds", "igate.csv", "--lang", "en")
    assert (done.code, done.err, done.touched) == (0, "", frozenset())
    facts = re.sub(r" +", " ", done.text)
    assert facts.startswith("igate.csv\n")
    for words in (
        "Feed igate (iGate)",
        "csv utf-16-le «,»",
        "Header rows 2",
        "«Số hồ sơ» → dossier code (dossier_code)",
        "Column not used «Cột lạ»",
        "Rows 5 = Accepted 2 + Quarantined 1 + title 1 + header 1",
        "Unreadable V03 Day of receipt unreadable: 1 (3)",
        "Unknown status «Đang bay»: 1",
    ):
        assert words in facts
    assert [canary for canary in (*CANARIES, "99/99", TITLE) if canary in done.text] == []


def test_feeds_file_tells_what_is_usually_there_but_missing(shell: Shell) -> None:
    text = book_text().replace("Mã hồ sơ", "Cột lạ")
    (shell.folder / "so.csv").write_text(text, encoding="utf-8")
    done = shell("feeds", "logbook=so.csv", "--lang", "en")
    assert "Column not found dossier code" in re.sub(r" +", " ", done.text)


def test_feeds_file_notes_what_a_report_would(shell: Shell) -> None:
    text = export_text(still_open(1), dossier(2)) + "Tổng cộng,7\n"
    (shell.folder / "igate.csv").write_text(text, encoding="utf-8")
    done = shell("feeds", "igate.csv", "--lang", "en")
    facts = re.sub(r"\s+", " ", done.text)
    assert "Note its total row says 7 dossiers, 2 were read" in facts


def test_feeds_shows_one_file_after_the_other(shell: Shell, pair: Pair) -> None:
    done = shell("feeds", *pair)
    titles = [line for line in done.text.splitlines() if line and not line.startswith(" ")]
    assert titles == list(pair)


def test_feeds_says_when_a_file_is_a_copy(shell: Shell, pair: Pair) -> None:
    write_book(shell.folder / "copy.csv")
    done = shell("feeds", *pair, "copy.csv")
    assert done.code == 0
    assert "copy.csv" in done.err


def test_feeds_of_a_wrong_path_is_66(shell: Shell) -> None:
    shell("feeds", "none.csv").failed(66, "none.csv")
