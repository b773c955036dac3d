"""Reads result.json. Whatever is wrong with a file is said in one line by InputError, with what to
do about it; nothing is guessed."""

import json
import pathlib
from typing import Any

from reports import model
from reports.node import InputError
from reports.parse import report_of

SCHEMA_VERSION = 2


def load(path: pathlib.Path) -> model.Report:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not a result.json: byte {error.start} is no UTF-8") from error
    return report_of(parse(text, path), str(path))


def parse(text: str, path: pathlib.Path) -> dict[str, Any]:
    """The document of a file, if it is one that this version reads."""
    try:
        document = json.loads(text)
    except RecursionError as error:
        raise InputError(f"{path}: not a result.json: nested too deeply") from error
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            what = "more than one JSON document; pass one result.json at a time"
        elif is_cut_short(text):
            what = "it ends too early: the run or the copy was cut short; run it again"
        else:
            what = f"not JSON: {error.msg}"
        raise InputError(f"{path}:{error.lineno}:{error.colno}: {what}") from error
    version = document.get("schema_version") if isinstance(document, dict) else None
    if not isinstance(version, int):
        raise InputError(f"{path}: not a result.json: it has no schema_version")
    if version > SCHEMA_VERSION:
        raise InputError(f"{path}: schema_version {version} is newer than {SCHEMA_VERSION}, the "
                         "newest known here; use the pushpull that wrote it, or a later one")
    if version < 1:
        raise InputError(f"{path}: schema_version {version} never existed")
    return document


def is_cut_short(text: str) -> bool:
    """Of a text that is not JSON: whether it is the beginning of an object."""
    text = text.strip()
    return not text or (text[0] == "{" and text[-1] != "}")
