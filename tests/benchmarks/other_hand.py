"""Another clerk, whom no weight was learned on: the same kinds of noise as noise_codes and noise_texts, other ways.

Mistakes of the number pad and of reading one's own digits, Telex that was left as typed, tones taken for one another,
blanks lost, day and month changed, days written up late.
"""

from __future__ import annotations

import polars as pl

from tests.benchmarks.noise import FIRST, SECOND, Change, Noise, bare, sub, swap, written
from tests.benchmarks.noise_texts import APART, ditto

__all__ = [
    *("ADDRESS_RESTYLED", "APART", "COPIED", "DATES_RESTYLED", "MISSING", "MISSPELLED", "MISTYPED", "NAMES"),
    *("PHONE_ABSENT", "PHONE_OTHER", "PHONE_RESTYLED", "RESTYLED", "SHORTENED", "ditto", "off_by_a_day"),
]
PAD = {"1": "4", "2": "5", "3": "6", "4": "7", "5": "8", "6": "9", "7": "8", "8": "5", "9": "6", "0": "1"}
READ = {"1": "7", "7": "1", "3": "8", "8": "3", "5": "6", "6": "5", "4": "9", "9": "4", "0": "6", "2": "7"}


def _one_digit(pairs: dict[str, str]) -> Change:
    """One of the code's last eleven characters is taken for its neighbour; a separator stays."""

    def changed(code: pl.Expr) -> pl.Expr:
        at = code.str.len_chars() - 1 - (FIRST * 11).cast(pl.UInt32)
        letter = code.str.slice(at, 1)
        return code.str.slice(0, at) + letter.replace(pairs) + code.str.slice(at + 1)

    return changed


def _digits_turned(code: pl.Expr) -> pl.Expr:
    """0012 → 0021: two neighbours of the serial."""
    at = code.str.len_chars() - 4 + (FIRST * 3).cast(pl.UInt32)
    return code.str.slice(0, at) + code.str.slice(at + 1, 1) + code.str.slice(at, 1) + code.str.slice(at + 2)


def _serial_of(steps: int) -> Change:
    def moved(code: pl.Expr) -> pl.Expr:
        serial = code.str.slice(-4).cast(pl.Int32, strict=False) + steps
        return pl.when(serial > 0).then(code.str.head(-4) + serial.cast(pl.String).str.zfill(4)).otherwise(code)

    return moved


MISTYPED = Noise(
    "code_mistyped",
    ("code",),
    {
        "number pad": (0.3, _one_digit(PAD)),
        "misread": (0.3, _one_digit(READ)),
        "turned": (0.15, _digits_turned),
        "not counted on": (0.15, _serial_of(-1)),
        "counted twice": (0.1, _serial_of(2)),
    },
    last_resort=_one_digit(READ),
)
RESTYLED = Noise(
    "code_restyled",
    ("code",),
    {
        "province and tail": (0.25, sub(r"^.*\.(\w+)-", "${1}-")),
        "one blank": (0.2, sub(r"[-.]", " ")),
        "double dashes": (0.15, sub("-", "--")),
        "long dashes": (0.15, sub("-", " — ")),
        "zeros of the agency dropped": (0.15, sub(r"^000\.0*", "0.")),
        "mã before": (0.1, lambda code: "Mã: " + code.str.to_lowercase()),
    },
    last_resort=lambda code: code.str.to_lowercase(),
)
MISSING = Noise("code_missing", ("code",), {"empty": (0.8, written(None)), "cross": (0.2, written("x"))})
COPIED = Noise(
    "code_copied",
    ("code",),
    {
        "line above": (0.5, lambda code: pl.coalesce("code_above", code)),
        "line below": (0.5, lambda code: pl.coalesce("code_below", code)),
    },
)
NAMES = Noise(
    "name_restyled",
    ("applicant",),
    {
        "capitals": (0.4, lambda name: name.str.to_uppercase()),
        "blank lost": (0.15, lambda name: name.str.replace(" ", "")),
        "no accents": (0.2, bare),
        "title in brackets": (0.15, lambda name: name + " (chủ hộ)"),
        "Ô., B.": (
            0.1,
            lambda name: pl.when(name.str.contains("Thị")).then(pl.lit("B. ")).otherwise(pl.lit("Ô. ")) + name,
        ),
    },
    last_resort=lambda name: name.str.to_uppercase(),
)
TELEX = {"\u0300": "f", "\u0301": "s", "\u0309": "r", "\u0303": "x", "\u0323": "j", "\u0306": "w", "\u031b": "w"}
TONES = {"\u0300": "\u0301", "\u0301": "\u0300", "\u0309": "\u0323", "\u0323": "\u0309"}


def _telex(name: pl.Expr) -> pl.Expr:
    apart = name.str.normalize("NFD").str.replace_all("([aeoAEO])(\u0323?)\u0302", "${1}${1}${2}")
    return apart.str.replace_many(list(TELEX), list(TELEX.values())).str.replace_many(["đ", "Đ"], ["dd", "DD"])


def _tones(name: pl.Expr) -> pl.Expr:
    return name.str.normalize("NFD").str.replace_many(list(TONES), list(TONES.values())).str.normalize("NFC")


def _letter_doubled(name: pl.Expr) -> pl.Expr:
    at = 1 + (FIRST * (name.str.len_chars() - 1)).cast(pl.UInt32)
    return name.str.slice(0, at) + name.str.slice(at - 1)


def _letters_turned(name: pl.Expr) -> pl.Expr:
    at = 1 + (FIRST * (name.str.len_chars() - 2)).cast(pl.UInt32)
    return name.str.slice(0, at) + name.str.slice(at + 1, 1) + name.str.slice(at, 1) + name.str.slice(at + 2)


MISSPELLED = Noise(
    "name_misspelled",
    ("applicant",),
    {
        "Telex": (0.15, _telex),
        "tones": (0.2, _tones),
        "letter doubled": (0.2, _letter_doubled),
        "letters turned": (0.2, _letters_turned),
        "surname's initial": (0.15, sub(r"^(\S)\S* ", "${1}. ")),
        "given name first": (0.1, sub(r"^(.*) (\S+)$", "${2} ${1}")),
    },
    last_resort=_letter_doubled,
)
SHORTENED = Noise(
    "procedure_shortened",
    ("procedure_name",),
    {
        "first three words": (0.4, sub(r"^((?:\S+ ){2}\S+) .*$", "${1}")),
        "last words": (0.2, sub(r"^.* ((?:\S+ ){3}\S+)$", "${1}")),
        "capitals": (0.2, lambda name: name.str.to_uppercase()),
        "as clerks say": (0.2, lambda name: pl.coalesce("short_name", name)),
    },
    last_resort=lambda name: name.str.to_uppercase(),
)
PHONE_ABSENT = Noise("phone_absent", ("phone",), {"empty": (1, written(None))})
PHONE_OTHER = Noise(
    "phone_other",
    ("phone",),
    {
        "two digits turned": (0.6, sub(r"(\d)(\d)(\d{2})$", "${2}${1}${3}")),
        "another number": (
            0.4,
            lambda phone: phone.str.head(4) + (SECOND * 1e6).cast(pl.UInt32).cast(pl.String).str.zfill(6),
        ),
    },
)
PHONE_RESTYLED = Noise("phone_restyled", ("phone",), {"dashes": (1, sub(r"^(\d{4})(\d{3})", "${1}-${2}-"))})
ADDRESS_RESTYLED = Noise(
    "address_restyled",
    ("address",),
    {
        "short kind": (0.6, swap({"Thôn ": "T. ", "Xóm ": "X. ", "Khu ": "K. ", "Bản ": "B. "})),
        "commune after": (0.4, lambda text: text + ", xã nhà"),
    },
)


def off_by_a_day(column: str) -> Noise:
    """One date column: day and month changed, written up some days later, the month not turned."""
    ways: dict[str, tuple[float, Change]] = {
        "day and month changed": (0.2, _day_and_month_changed),
        "a day late": (0.5, lambda day: day.dt.offset_by("1d")),
        "three days late": (0.3, lambda day: day.dt.offset_by("3d")),
    }
    return Noise(f"{column}_off", (f"{column}_on",), ways)


def _day_and_month_changed(day: pl.Expr) -> pl.Expr:
    is_possible = day.dt.day() <= 12  # noqa: PLR2004 -- months
    return pl.when(is_possible).then(pl.date(day.dt.year(), day.dt.day(), day.dt.month())).otherwise(day)


DATES_RESTYLED = Noise(
    "dates_restyled",
    ("received", "due", "returned"),
    {"year first": (0.3, sub(r"^(\d\d)/(\d\d)/(\d{4})$", "${3}-${2}-${1}")), "blanks": (0.7, sub("/", " / "))},
)
