"""Text cells become typed columns. Expressions only; text is folded once per distinct value."""

from pipeline.normalise.cases import normalise_cases
from pipeline.normalise.logbook import normalise_logbook

__all__ = ["normalise_cases", "normalise_logbook"]
