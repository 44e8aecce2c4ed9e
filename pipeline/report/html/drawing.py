"""Charts as inline SVG by pygal, stripped to bare shapes: page.css gives colours, so that print and dark screens work.

pygal writes a style sheet, a script, the date and random names into each chart; none of them reach the page.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pygal.graph.graph import Graph

WIDTH, HEIGHT, BAR, FOOT = 460, 220, 30, 40
LABEL_LENGTH = 26  # characters; the table under the chart has all
UNUSED = {"defs", "desc", "script", "style", "title"}
MOST_LABELS = 5  # dates under a line chart


def lines(labels: Sequence[str], series: Mapping[str, Sequence[int]], title: str) -> str:
    """Values over time; labels are days, of which a few stand under the lines."""
    from pygal.graph.line import Line

    every = -(-len(labels) // MOST_LABELS)
    chart = Line(_config(HEIGHT), show_dots=len(labels) <= 40, x_labels_major_every=every, show_minor_x_labels=False)  # noqa: PLR2004 -- more dots run together
    return _drawn(chart, labels, series, title)


def bars(labels: Sequence[str], series: Mapping[str, Sequence[int]], title: str) -> str:
    """One upright bar per label, its value on it."""
    from pygal.graph.bar import Bar

    chart = Bar(_config(HEIGHT), print_values=True, print_values_position="top")
    return _drawn(chart, labels, series, title)


def stacked(labels: Sequence[str], series: Mapping[str, Sequence[int]], title: str) -> str:
    """One lying bar per label, the first at the top, its parts side by side with their values."""
    from pygal.graph.horizontalstackedbar import HorizontalStackedBar

    chart = HorizontalStackedBar(_config(FOOT + BAR * max(len(labels), 2)), print_values=True)
    upwards = {name: values[::-1] for name, values in series.items()}
    return _drawn(chart, labels[::-1], upwards, title)


def _config(height: int) -> Any:  # noqa: ANN401 -- pygal has no types
    from pygal import Config
    from pygal.style import Style

    _drop_finder()
    sizes = dict.fromkeys(("label", "major_label", "value", "value_label"), 13)
    style = Style(**{f"{name}_font_size": size for name, size in sizes.items()})
    config = Config(width=WIDTH, height=height, style=style, js=(), no_prefix=True, truncate_label=LABEL_LENGTH)
    config(
        show_legend=False, margin=10, include_x_axis=True
    )  # the page writes the legend, in letters that never shrink
    config(min_scale=2, max_scale=6, print_zeroes=False, formatter=_count)
    return config


def _drop_finder() -> None:
    """Take back pygal's import hook for plugins of maps: it is of a kind that Python 3.11 warns of at each import."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "PluginImportFixer"]


def _count(value: float) -> str:
    return f"{value:.0f}"


def _drawn(chart: Graph, labels: Sequence[str], series: Mapping[str, Sequence[int]], title: str) -> str:
    from pygal.etree import etree

    chart.x_labels = list(labels)
    for name, values in series.items():
        chart.add(name, [value or None for value in values] if "bar" in type(chart).__name__.lower() else list(values))
    root = chart.render_tree()
    _strip(root)
    root.set("role", "img")
    root.set("aria-label", title)
    return str(etree.tostring(root, encoding="unicode"))


def _strip(element: Any) -> None:  # noqa: ANN401 -- an element of whichever tree pygal has chosen
    """Leave shapes and texts."""
    for child in list(element):
        if not isinstance(child.tag, str) or _name(child) in UNUSED or "tooltip-overlay" in child.get("class", ""):
            element.remove(child)
        else:
            _strip(child)
    for name in ("id", "style"):
        element.attrib.pop(name, None)


def _name(element: Any) -> str:  # noqa: ANN401 -- as above
    return str(element.tag).rpartition("}")[2]
