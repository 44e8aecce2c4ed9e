"""Entry point. `doichieu --help` answers from a file: importing click takes twice as long as Python's own start."""

import sys

HELP_WORDS = ([], ["-h"], ["--help"])


def main() -> None:
    """Run the command line and exit with its code."""
    if sys.argv[1:] in HELP_WORDS:
        with open(__file__.replace("__main__.py", "cli/help.txt"), encoding="utf-8") as text:  # noqa: PTH123 -- pathlib costs 5 ms
            print(text.read(), end="")  # noqa: T201 -- stdout is data
        return
    from pipeline.cli import run

    sys.exit(run())


if __name__ == "__main__":
    main()
