"""Read files, then link and find on Spark; every version of every table stays in FOLDER. Run in .venv-spark.

python -m tests.spark.on_spark FOLDER AS_OF PATH ...
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from pipeline import database, store
from pipeline.collect import collect
from pipeline.gather import gather
from pipeline.reading import prepare_all
from pipeline.settings import load_settings
from pipeline.spark.database import SparkDatabase
from pipeline.spark.engine import compare, send

if __name__ == "__main__":
    folder, as_of, *paths = sys.argv[1:]
    settings = load_settings()
    reading = prepare_all(collect(tuple(paths), frozenset(settings.feeds)), settings, lambda _: None)
    with database.open_database() as con:
        store.load(con, gather(reading.sources)[0], settings)
        spark = SparkDatabase(Path(folder))
        send(con, spark)
        compare(spark, date.fromisoformat(as_of), settings, lambda _: None)
        spark.stop()
