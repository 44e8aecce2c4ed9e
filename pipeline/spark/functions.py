"""What our SQL asks of DuckDB and Spark has not, in Python: slow, so only for what no expression can say."""

from __future__ import annotations

from typing import Any


def add_functions(spark: Any) -> None:  # noqa: ANN401 -- a SparkSession: pyspark ships no types
    """Give the session `jaro_winkler_similarity`, by the library whose algorithm DuckDB carries."""

    def jaro_winkler_similarity(one: str | None, other: str | None) -> float | None:
        from rapidfuzz.distance import JaroWinkler  # pyright: ignore[reportMissingImports] -- of the extra `spark`

        return None if one is None or other is None else JaroWinkler.similarity(one, other)

    # defined inside, so that it travels to the workers as it is: they need rapidfuzz, but not doichieu
    spark.udf.register("jaro_winkler_similarity", jaro_winkler_similarity, "double")
