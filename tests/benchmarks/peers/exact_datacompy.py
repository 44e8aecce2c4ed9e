"""datacompy on polars: python exact_datacompy.py IGATE LOGBOOK; prints its report, then the counts as JSON."""

from __future__ import annotations

import json
import sys

from datacompy import PolarsCompare
from exact_files import CODE, read_both

if __name__ == "__main__":
    compared = PolarsCompare(*read_both(*sys.argv[1:]), join_columns=CODE, cast_column_names_lower=False)
    print(compared.report())
    counts = {
        "export_only": compared.df1_unq_rows.height,
        "book_only": compared.df2_unq_rows.height,
        "equal": compared.count_matching_rows(),
        "differing": compared.intersect_rows.height - compared.count_matching_rows(),
    }
    print(json.dumps(counts))
