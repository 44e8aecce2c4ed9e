"""How names, procedures, addresses, phones and dates are written and miswritten in a book."""

from __future__ import annotations

import unicodedata

import polars as pl

from tests.benchmarks.noise import FIRST, Change, Noise, bare, sub, swap, without_letter, written
from tests.benchmarks.words import words

TONES = {
    "òa": "oà",
    "óa": "oá",
    "ỏa": "oả",
    "ủy": "uỷ",
    "úy": "uý",
    "ùy": "uỳ",
    "Uỷ": "Ủy",
    "òe": "oè",
    "sỹ": "sĩ",
    "Sỹ": "Sĩ",
}
NAMES = Noise(
    "name_restyled",
    ("applicant",),
    {
        "capitals": (0.25, lambda name: name.str.to_uppercase()),
        "no accents": (0.2, bare),
        "capitals, no accents": (0.1, lambda name: bare(name).str.to_uppercase()),
        "lower case": (0.05, lambda name: name.str.to_lowercase()),
        "Ông, Bà": (
            0.12,
            lambda name: pl.when(name.str.contains("Thị")).then(pl.lit("Bà ")).otherwise(pl.lit("Ông ")) + name,
        ),
        "Hộ ông": (0.04, lambda name: "Hộ ông " + name),
        "Anh, Chị": (
            0.04,
            lambda name: pl.when(name.str.contains("Thị")).then(pl.lit("chị ")).otherwise(pl.lit("anh ")) + name,
        ),
        "tone elsewhere": (0.1, swap(TONES)),
        "T. for Thị": (0.06, sub(" Thị ", " T. ")),
        "two blanks": (0.02, sub(" ", "  ")),
        "bracket after": (0.02, lambda name: name + " (đại diện hộ)"),
    },
    last_resort=lambda name: name.str.to_uppercase(),
)
SOUNDS = {"S": "X", "X": "S", "Tr": "Ch", "Ch": "Tr", "L": "N", "N": "L"}


def _hook_for_tilde(name: pl.Expr) -> pl.Expr:
    return name.str.normalize("NFD").str.replace_many(["\u0309", "\u0303"], ["\u0303", "\u0309"]).str.normalize("NFC")


MISSPELLED = Noise(
    "name_misspelled",
    ("applicant",),
    {
        "s/x, tr/ch, l/n": (0.2, lambda name: name.str.replace_many(list(SOUNDS), list(SOUNDS.values()))),
        "i/y": (0.1, lambda name: name.str.replace_many(["y", "i"], ["i", "y"])),
        "hook/tilde": (0.2, _hook_for_tilde),
        "letter lost": (0.2, without_letter),
        "middle dropped": (0.15, sub(r"^(\S+) .* (\S+)$", "${1} ${2}")),
        "initial": (0.15, sub(r"^(\S+) (\S)\S*( \S+)* (\S+)$", "${1} ${2}. ${4}")),
    },
    last_resort=without_letter,
)


def _days_later(days: str) -> Change:
    return lambda day: day.dt.offset_by(days)


def _half_composed() -> dict[str, str]:
    letters = [chr(code) for code in range(0x1EA0, 0x1EFA)]
    parts = {letter: unicodedata.normalize("NFD", letter) for letter in letters}
    return {
        letter: unicodedata.normalize("NFC", apart.replace(tone, "")) + tone
        for letter, apart in parts.items()
        for tone in apart[1:]
        if tone in TONE_MARKS
    }


TONE_MARKS = "\u0300\u0301\u0303\u0309\u0323"
APART = Noise(
    "unicode_apart",
    ("applicant", "procedure_name", "address"),
    {"NFD": (0.7, lambda text: text.str.normalize("NFD")), "half-composed": (0.3, swap(_half_composed()))},
    last_resort=lambda text: text.str.normalize("NFD"),
)


SHORTENED = Noise(
    "procedure_shortened",
    ("procedure_name",),
    {
        "word by word": (
            0.45,
            lambda name: name.str.replace_many(list(words()["clerks_words"]), list(words()["clerks_words"].values())),
        ),
        "as clerks say": (
            0.3,
            lambda name: pl.coalesce("short_name", name.str.replace(r"^((?:\S+ ){3}\S+) .*$", "${1}")),
        ),
        "cut off": (0.25, sub(r"^((?:\S+ ){4}\S+) .*$", "${1}...")),
    },
    last_resort=bare,
)
DITTO_MARKS = {"nt": 0.35, "-nt-": 0.15, "//": 0.2, '"': 0.15, "như trên": 0.15}
PHONE_ABSENT = Noise("phone_absent", ("phone",), {"empty": (1, written(None))})
PHONE_OTHER = Noise(
    "phone_other",
    ("phone",),
    {
        "another number": (
            0.6,
            lambda phone: phone.str.head(3) + (FIRST * 1e7).cast(pl.UInt32).cast(pl.String).str.zfill(7),
        ),
        "digit wrong": (0.4, lambda phone: phone.str.head(-1) + (FIRST * 10).cast(pl.UInt8).cast(pl.String)),
    },
)
PHONE_RESTYLED = Noise(
    "phone_restyled",
    ("phone",),
    {
        "dots": (0.4, sub(r"^(\d{4})(\d{3})", "${1}.${2}.")),
        "blanks": (0.3, sub(r"^(\d{4})(\d{3})", "${1} ${2} ")),
        "+84": (0.3, sub("^0", "+84")),
    },
)
ADDRESS_RESTYLED = Noise(
    "address_restyled",
    ("address",),
    {
        "kind dropped": (0.5, sub(r"^(Thôn|Xóm|Ấp|Khu|Bản) ", "")),
        "no accents": (0.3, bare),
        "lower case": (0.2, lambda text: text.str.to_lowercase()),
    },
)


def ditto(column: str) -> Noise:
    """A mark for "as above" in this column, on the lines that the Boolean column same_... allows."""

    def marked(mark: str) -> Change:
        return lambda text: pl.when(f"same_{column}").then(pl.lit(mark)).otherwise(text)

    return Noise(f"ditto_{column}", (column,), {mark: (share, marked(mark)) for mark, share in DITTO_MARKS.items()})


def off_by_a_day(column: str) -> Noise:
    """One date column, a day early or late."""
    ways = {"a day early": (0.5, _days_later("-1d")), "a day late": (0.5, _days_later("1d"))}
    return Noise(f"{column}_off", (f"{column}_on",), ways)


DATES_RESTYLED = Noise(
    "dates_restyled",
    ("received", "due", "returned"),
    {
        "unpadded": (0.35, sub(r"\b0(\d)/", "${1}/")),
        "dashes": (0.2, sub("/", "-")),
        "dots": (0.2, sub("/", ".")),
        "short year": (0.25, sub("/20", "/")),
    },
)
