"""diffly: python exact_diffly.py IGATE LOGBOOK; prints its summary, then the counts as JSON."""

from __future__ import annotations

import json
import sys

from diffly import compare_frames
from exact_files import CODE, read_both

if __name__ == "__main__":
    compared = compare_frames(*read_both(*sys.argv[1:]), primary_key=CODE)
    print(compared.summary())
    counts = {
        "export_only": compared.num_rows_left_only(),
        "book_only": compared.num_rows_right_only(),
        "equal": compared.num_rows_joined_equal(),
        "differing": compared.num_rows_joined_unequal(),
    }
    print(json.dumps(counts))
