"""Members of JSON objects, checked where they are read."""

import json
import math
from typing import Any

NUMBER = (int, float)
OF_TYPE = {dict: "an object", list: "a list", str: "a text", bool: "true or false",
           int: "a whole number", NUMBER: "a number"}


class InputError(Exception):
    """The file cannot be used; the message is for the user."""


class Node:
    """A JSON object that knows where it stands, to say so when a member is not as expected."""

    def __init__(self, value: Any, where: str):
        self.where = where
        self.members: dict[str, Any] = self._checked(value, dict, where)

    @staticmethod
    def _checked(value: Any, kind: Any, where: str) -> Any:
        # To Python true is a number, to a reader of result.json it is not.
        wrong = not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)
        # What overflows (1e999) Python reads as infinite.
        if wrong or (isinstance(value, float) and not math.isfinite(value)):
            raise InputError(f"{where}: expected {OF_TYPE[kind]}, got {json.dumps(value)[:40]}")
        return value

    def get(self, key: str, kind: Any, default: Any) -> Any:
        """A member that may be absent or null."""
        value = self.members.get(key)
        return default if value is None else self._checked(value, kind, f"{self.where}.{key}")

    def need(self, key: str, kind: Any) -> Any:
        if self.members.get(key) is None:
            raise InputError(f"{self.where}: '{key}' is missing; the file is incomplete")
        return self.get(key, kind, None)

    def child(self, key: str) -> "Node":
        return Node(self.get(key, dict, {}), f"{self.where}.{key}")

    def children(self, key: str) -> list["Node"]:
        return [Node(value, f"{self.where}.{key}[{i}]")
                for i, value in enumerate(self.get(key, list, []))]

    def numbers(self, key: str) -> list[float | None]:
        where = f"{self.where}.{key}"
        return [None if value is None else self._checked(value, NUMBER, f"{where}[{i}]")
                for i, value in enumerate(self.get(key, list, []))]
