"""How dossier codes (mã hồ sơ) are written and miswritten in a book."""

from __future__ import annotations

import polars as pl

from tests.benchmarks.noise import FIRST, SECOND, Noise, sub, written

DIGITS_FROM_END = [1, 2, 3, 4, 1, 2, 3, 4, 3, 4, 6, 7, 8, 9, 10, 11, 6, 8, 13, 17, 20]  # serial half, date, agency


def _at(code: pl.Expr) -> pl.Expr:
    place = (FIRST * len(DIGITS_FROM_END)).cast(pl.UInt32)
    return code.str.len_chars() - place.replace_strict(dict(enumerate(DIGITS_FROM_END)), return_dtype=pl.UInt32)


def _digit_wrong(code: pl.Expr) -> pl.Expr:
    at = _at(code)
    digit = (code.str.slice(at, 1).cast(pl.UInt8, strict=False) + 1 + (SECOND * 9).cast(pl.UInt8)) % 10
    return pl.coalesce(code.str.slice(0, at) + digit.cast(pl.String) + code.str.slice(at + 1), code)


def _digit_dropped(code: pl.Expr) -> pl.Expr:
    return code.str.slice(0, _at(code)) + code.str.slice(_at(code) + 1)


def _digit_doubled(code: pl.Expr) -> pl.Expr:
    return code.str.slice(0, _at(code) + 1) + code.str.slice(_at(code))


def _digits_swapped(code: pl.Expr) -> pl.Expr:
    at = (
        pl.when(FIRST < 0.6)
        .then(code.str.len_chars() - 4 + (SECOND * 3).cast(pl.UInt32))
        .otherwise(code.str.len_chars() - 11 + (SECOND * 5).cast(pl.UInt32))
    )
    return code.str.slice(0, at) + code.str.slice(at + 1, 1) + code.str.slice(at, 1) + code.str.slice(at + 2)


def _neighbours_serial(code: pl.Expr) -> pl.Expr:
    serial = code.str.slice(-4).cast(pl.Int32, strict=False)
    step = pl.when((FIRST < 0.5) & (serial > 1)).then(-1).otherwise(1)
    return code.str.head(-4) + (serial + step).cast(pl.String).str.zfill(4)


MISTYPED = Noise(
    "code_mistyped",
    ("code",),
    {
        "digit wrong": (0.35, _digit_wrong),
        "digit dropped": (0.15, _digit_dropped),
        "digit doubled": (0.1, _digit_doubled),
        "digits swapped": (0.2, _digits_swapped),
        "neighbour's serial": (0.2, _neighbours_serial),
    },
    last_resort=_digit_wrong,
)


def _serial_alone(code: pl.Expr) -> pl.Expr:
    return pl.when("is_code_of_the_day").then(code.str.replace(r"^.*-", "")).otherwise(code.str.replace(r"^[^-]*-", ""))


def _serial_unpadded_alone(code: pl.Expr) -> pl.Expr:
    return (
        pl.when("is_code_of_the_day")
        .then(code.str.replace(r"^.*-0*", ""))
        .otherwise(code.str.replace(r"-0*(\d+)$", "-${1}"))
    )


RESTYLED = Noise(
    "code_restyled",
    ("code",),
    {
        "000. dropped": (0.16, sub(r"^000\.", "")),
        "dots": (0.05, sub("-", ".")),
        "slashes": (0.06, sub("-", "/")),
        "en dashes": (0.07, sub("-", "–")),
        "underscores": (0.04, sub("-", "_")),
        "blanks": (0.06, sub("-", " ")),
        "blanks around": (0.05, sub("-", " - ")),
        "commas": (0.03, sub(r"\.", ",")),
        "O for 0 in the agency": (0.04, sub(r"^000", "OOO")),
        "O for 0": (0.03, sub("0", "O")),
        "l for 1": (0.02, sub(r"1", "l")),
        "serial unpadded": (0.08, sub(r"-0+(\d+)$", "-${1}")),
        "lower case": (0.05, lambda code: code.str.to_lowercase()),
        "HS before": (0.04, lambda code: "HS " + code),
        "tail": (0.12, sub(r"^[^-]*-", "")),
        "serial": (0.04, _serial_alone),
        "serial unpadded alone": (0.03, _serial_unpadded_alone),
        "DDMMYY": (0.03, sub(r"-(\d\d)(\d\d)(\d\d)-", "-${3}${2}${1}-")),
    },
    last_resort=lambda code: code.str.to_lowercase(),
)
MISSING = Noise(
    "code_missing",
    ("code",),
    {"empty": (0.7, written(None)), "dash": (0.2, written("-")), "dots": (0.1, written("…"))},
)
COPIED = Noise(
    "code_copied",
    ("code",),
    {
        "line above": (0.8, lambda code: pl.coalesce("code_above", code)),
        "line below": (0.2, lambda code: pl.coalesce("code_below", code)),
    },
)
