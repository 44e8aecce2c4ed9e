from __future__ import annotations

import os
import socket
import ssl
import stat
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest
import trustme

from pipeline import metrics
from pipeline.errors import ConfigFault, IoFault
from pipeline.metrics import labelled, ping, write_metrics
from pipeline.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# The file


def test_the_file_is_what_prometheus_reads(tmp_path: Path) -> None:
    values = {
        labelled("doichieu_source_rows", feed="igate", file='a"b\\c\nd'): 12,
        "doichieu_mismatches_open": 3.5,
        labelled("doichieu_source_rows", feed="xgate"): float("inf"),
        "doichieu_last_run_timestamp_seconds": 1774998301,
        "doichieu_unknown": float("nan"),
    }
    write_metrics(tmp_path / "doichieu.prom", values)
    assert (tmp_path / "doichieu.prom").read_text() == (
        "# TYPE doichieu_source_rows gauge\n"
        'doichieu_source_rows{feed="igate",file="a\\"b\\\\c\\nd"} 12\n'
        'doichieu_source_rows{feed="xgate"} +Inf\n'
        "# TYPE doichieu_mismatches_open gauge\n"
        "doichieu_mismatches_open 3.5\n"
        "# TYPE doichieu_last_run_timestamp_seconds gauge\n"
        "doichieu_last_run_timestamp_seconds 1774998301\n"
        "# TYPE doichieu_unknown gauge\n"
        "doichieu_unknown NaN\n"
    )


def test_the_folders_group_may_read_it_and_others_not(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        write_metrics(tmp_path / "doichieu.prom", {"doichieu_up": 1})
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "doichieu.prom").stat().st_mode) == 0o640
    assert list(tmp_path.iterdir()) == [tmp_path / "doichieu.prom"]


@pytest.mark.parametrize("name", ["", "a b", "a\nb 1", "1a", "é", 'a{b="c}', 'a{b="\n"}', "a{b=c}", "a-b"])
def test_a_name_that_would_spoil_the_file_is_a_bug_and_the_older_file_stands(tmp_path: Path, name: str) -> None:
    write_metrics(tmp_path / "doichieu.prom", {"doichieu_up": 1})
    with pytest.raises(ValueError, match="Prometheus"):
        write_metrics(tmp_path / "doichieu.prom", {name: 1})
    assert "doichieu_up 1" in (tmp_path / "doichieu.prom").read_text()


def test_a_folder_that_is_missing_is_an_io_fault(tmp_path: Path) -> None:
    with pytest.raises(IoFault):
        write_metrics(tmp_path / "missing" / "doichieu.prom", {"doichieu_up": 1})


# The sign of life


@contextmanager
def served(status: int = 200, context: ssl.SSLContext | None = None, **headers: str) -> Iterator[tuple[int, list[str]]]:
    """A web server on loopback: its port and the paths that it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            for name, text in headers.items():
                self.send_header(name, text)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    class Server(HTTPServer):
        def get_request(self) -> tuple[socket.socket, object]:
            peer, address = super().get_request()
            return (context.wrap_socket(peer, server_side=True) if context else peer), address

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_port, asked
        finally:
            server.shutdown()
            thread.join()


def test_a_good_night_calls_the_address_and_a_bad_one_its_fail() -> None:
    with served() as (port, asked):
        for path in ("/ping/1", "/ping/1/", "/ping/1?a=b"):
            assert ping(f"http://127.0.0.1:{port}{path}", ok=True)
            assert ping(f"http://localhost:{port}{path}", ok=False)
    assert asked == ["/ping/1", "/ping/1/fail", "/ping/1/", "/ping/1/fail", "/ping/1?a=b", "/ping/1/fail?a=b"]


@pytest.mark.parametrize("status", [404, 500, 301, 302, 308])
def test_an_answer_that_is_not_good_is_no_success_and_no_redirect_is_followed(status: int) -> None:
    with served() as (other, not_asked), served(status, Location=f"http://127.0.0.1:{other}/") as (port, asked):
        assert not ping(f"http://127.0.0.1:{port}/", ok=True)
    assert (asked, not_asked) == (["/"], [])


def test_https_needs_a_certificate_that_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with served(context=context) as (port, asked):
        assert not ping(f"https://localhost:{port}/", ok=True)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        assert not ping(f"https://127.0.0.1:{port}/", ok=True)
        assert ping(f"https://localhost:{port}/", ok=True)
    assert asked == ["/"]


def test_a_server_that_drips_or_says_nothing_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "PATIENCE_SECONDS", 0.3)
    for drop in (b"H", b""):
        with socket.create_server(("127.0.0.1", 0)) as listener:

            def drip(listener: socket.socket = listener, drop: bytes = drop) -> None:
                with suppress(OSError), listener.accept()[0] as peer:
                    for _ in range(30):
                        peer.sendall(drop)
                        time.sleep(0.05)

            thread = threading.Thread(target=drip)
            thread.start()
            begun = time.monotonic()
            assert not ping(f"http://127.0.0.1:{listener.getsockname()[1]}/", ok=True)
            assert time.monotonic() - begun < 1.3
        thread.join()


UNSAFE = [
    *("", "x", "http://hc.example/ping", "ftp://127.0.0.1/", "file:///etc/passwd", "https://", "https:///ping"),
    *("https://a b.example/", "https://hc.example/\r\nX: y", "https://user:word@hc.example/", "https://hc.example:x/"),
    *("http://127.0.0.1.example/", "http://localhost@hc.example/", "https://hc.examplé/", "http://[::1", "HTTP//"),
]


@pytest.mark.parametrize("url", UNSAFE)
def test_an_unsafe_address_is_never_called_and_no_setting(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "_call", lambda *_: pytest.fail("called"))
    assert not ping(url, ok=True)
    path = tmp_path / "doichieu.toml"
    quoted = url.replace("\r", "\\r").replace("\n", "\\n")
    path.write_text(f'health_check_url = "{quoted}"\nmetrics_file = ""', encoding="utf-8")
    with pytest.raises(ConfigFault) as fault:
        load_settings(path)
    assert "health_check_url" in fault.value.message
    assert "metrics_file" in fault.value.message


@pytest.mark.parametrize(
    "url", ["https://hc.example/ping/1", "http://localhost:8000/", "http://[::1]/x", "http://127.0.0.2/"]
)
def test_a_safe_address_is_a_setting(url: str, tmp_path: Path) -> None:
    (tmp_path / "doichieu.toml").write_text(f'health_check_url = "{url}"\nmetrics_file = "log/doichieu.prom"')
    settings = load_settings(tmp_path / "doichieu.toml")
    assert (settings.health_check_url, settings.metrics_file) == (url, "log/doichieu.prom")


def test_nothing_that_a_server_or_this_machine_does_ends_the_night(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not ping("http://127.0.0.1:1/", ok=True)

    def no_more(_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", no_more)
    assert not ping("http://127.0.0.1:1/", ok=True)
