"""python3 -m reports render RESULT [--out DIR]

Exit code 0: written, 2: the result or the folder cannot be used.
"""

import argparse
import importlib.util
import pathlib
import sys

from reports import summary
from reports.load import load
from reports.model import Report
from reports.node import InputError

NEEDED = ("matplotlib", "jinja2")  # for report.html only


def main(arguments: list[str]) -> int:
    options = parser().parse_args(arguments)
    try:
        report = load(options.result)
        out = options.out or options.result.parent
        write(out / "summary.md", summary.render(report))
        write_page(out / "report.html", report)
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python3 -m reports", description="Reports of runs.")
    commands = top.add_subparsers(dest="command", required=True)
    render = commands.add_parser("render", help="write summary.md and report.html of a result.json")
    render.add_argument("result", type=pathlib.Path, help="result.json of a run")
    render.add_argument("--out", type=pathlib.Path,
                        help="folder to write to; default: that of RESULT")
    return top


def write_page(path: pathlib.Path, report: Report) -> None:
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        packages = " ".join(f"python3-{name}" for name in missing)
        print(f"warning: no report.html, {' and '.join(missing)} not found; apt-get install "
              f"{packages}, then render again", file=sys.stderr)
        return
    # Imported late: the summary must not need what a page needs.
    from reports import page  # pylint: disable=import-outside-toplevel
    write(path, page.render(report))


def write(path: pathlib.Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
