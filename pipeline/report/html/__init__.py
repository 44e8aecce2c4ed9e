"""The report as one HTML file: figures, charts, and a table that sorts, filters and searches without a network."""
