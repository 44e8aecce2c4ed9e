"""Text cells become typed columns. Expressions only; text is folded once per distinct value."""

from pipeline.normalise.cases import CASE_COLUMNS, normalise_cases
from pipeline.normalise.logbook import LOGBOOK_COLUMNS, normalise_logbook

__all__ = ["CASE_COLUMNS", "LOGBOOK_COLUMNS", "normalise_cases", "normalise_logbook"]
