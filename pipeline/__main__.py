"""Entry point. `doichieu --help` answers from a file: importing click takes twice as long as Python's own start."""

import os
import sys

HELP_WORDS = ([], ["-h"], ["--help"])
INTERRUPTED = 130


def main() -> None:
    """Run the command line and end with its code, at once: libraries complain while they are torn down."""
    try:
        code = 0 if sys.argv[1:] in HELP_WORDS and _is_help_shown() else _run()
    except KeyboardInterrupt:  # before the command line listens
        code = INTERRUPTED
    _flush()
    os._exit(code)


def _is_help_shown() -> bool:
    with open(__file__.replace("__main__.py", "cli/help.txt"), encoding="utf-8") as text:  # noqa: PTH123 -- pathlib costs 5 ms
        try:
            print(text.read(), end="", flush=True)  # noqa: T201 -- stdout is data
        except OSError:  # a closed pipe, a full disk: the command line knows what to say
            sys.argv[1:] = ["--help"]
            return False
    return True


def _run() -> int:
    from pipeline.cli import run

    return run()


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:  # whoever read it has gone
            continue


if __name__ == "__main__":
    main()
