"""Public holidays of Viet Nam as the `holidays` package knows them: schemas/public_holidays.csv, from `make holidays`.

A run reads the table: to import the package takes as long as to store a commune's year.
"""

from __future__ import annotations

import polars as pl

from pipeline.working_days import PUBLIC_HOLIDAYS

YEARS = range(2000, 2101)  # our century, and the year into which its last days look


def public_holidays() -> pl.DataFrame:
    """`day` and `name` (in Vietnamese), in order."""
    import holidays

    found = holidays.country_holidays("VN", years=YEARS, language="vi")
    return pl.DataFrame({"day": list(found), "name": list(found.values())}).sort("day")


if __name__ == "__main__":
    public_holidays().write_csv(PUBLIC_HOLIDAYS)
