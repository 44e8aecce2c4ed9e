"""For those who watch many machines: a file of figures for Prometheus, and a sign of life to a health check."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline import __version__
from pipeline.checks import is_safe_url
from pipeline.report.sink import write_out

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SAMPLE = re.compile(r'(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\.)*",?)*\})?', re.ASCII)
FOR_THE_FOLDERS_GROUP = 0o640  # the collector is another user: it reads by the folder's group (setgid), others do not
PATIENCE_SECONDS = 5
OK_CODES = range(200, 300)


def labelled(name: str, **labels: str) -> str:
    """A sample's name with its labels: `doichieu_source_rows{feed="igate"}`."""
    pairs = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
    return f"{name}{{{pairs}}}"


def write_metrics(path: Path, values: Mapping[str, float]) -> None:
    """Write gauges by sample (`name` or `labelled(...)`) in the text format of Prometheus 0.0.4, whole or not at all.

    Raises:
        IoFault: the disk or the folder refuses; the older file stands.
        ValueError: a sample's name is none.
    """
    families: dict[str, list[str]] = {}  # the lines of one name must stand together
    for sample, value in values.items():
        found = SAMPLE.fullmatch(sample)
        if found is None:
            raise ValueError("a sample's name is not of Prometheus's form")
        families.setdefault(found["name"], []).append(f"{sample} {_shown(value)}\n")
    text = "".join(f"# TYPE {name} gauge\n{''.join(lines)}" for name, lines in families.items())
    write_out([text.encode()], path, mode=FOR_THE_FOLDERS_GROUP)


def ping(url: str, *, ok: bool) -> bool:
    """Call the health check (its /fail when not ok) and say whether it answered well; it never raises.

    Only https, or http on this machine; after 5 seconds in all, name server included, it is left alone.
    """
    from threading import Thread

    answered: list[int] = []
    if not is_safe_url(url):
        return False
    thread = Thread(target=_call, args=(url if ok else _of_failure(url), answered), daemon=True)
    with suppress(RuntimeError):  # no more threads on this machine
        thread.start()
        thread.join(PATIENCE_SECONDS)
    return any(code in OK_CODES for code in answered)


def _call(url: str, answered: list[int]) -> None:
    from urllib.request import HTTPRedirectHandler, Request, build_opener

    class _NoRedirect(HTTPRedirectHandler):
        def redirect_request(self, *_words: object, **_facts: object) -> None:
            """None: a redirect, which might leave https, is an error."""

    request = Request(url, headers={"User-Agent": f"doichieu/{__version__}"})  # noqa: S310 -- is_safe_url has passed it
    with (
        suppress(Exception),  # whatever a stranger's server does, the night's result stands
        build_opener(_NoRedirect).open(request, timeout=PATIENCE_SECONDS) as answer,
    ):
        answered.append(answer.status)


def _of_failure(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(path=parts.path.rstrip("/") + "/fail").geturl()


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _shown(value: float) -> str:
    return {"inf": "+Inf", "-inf": "-Inf", "nan": "NaN"}.get(str(float(value)), f"{value}")
