"""Processes of an arm: started, told, stopped by their number, and gone when the comparison is."""

import ctypes
import pathlib
import signal
import subprocess
import time

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def _die_with_parent() -> None:
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Failed(Exception):
    """A process did not do its part. The text says which, and why."""


class Child:
    """One process; stdout and stderr go to `log`."""

    def __init__(self, name: str, argv: list[str], log: pathlib.Path):
        self.name = name
        self.log = log
        self._seen = log.stat().st_size if log.exists() else 0
        with log.open("ab") as output:
            try:
                # Lives on in the object: a role without commands on stdin has nothing to read.
                self._process = subprocess.Popen(
                    argv, stdin=subprocess.PIPE, stdout=output, stderr=output, preexec_fn=_die_with_parent)
            except OSError as error:
                raise Failed(f"{name}: {error}") from error

    def running(self) -> bool:
        return self._process.poll() is None

    def command(self, line: str) -> None:
        try:
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise Failed(f"{self.name} has gone: {self.last_words()}") from error

    def terminate(self) -> None:
        if self.running():
            self._process.send_signal(signal.SIGTERM)

    def await_end(self, seconds: float) -> int | None:
        """Its exit code, or None where it still runs after so long."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def kill(self) -> None:
        if self.running():
            self._process.kill()
        self._process.wait()
        self._process.stdin.close()

    def await_line(self, text: str, seconds: float = 20) -> str:
        """What follows `text` on the first line of this process's output that has it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            output = self.log.read_bytes()[self._seen:].decode(errors="replace")
            for line in output.splitlines():
                if text in line:
                    return line.split(text, 1)[1]
            if not self.running():
                break
            time.sleep(0.01)
        raise Failed(f"{self.name} did not say '{text}': {self.last_words()}")

    def last_words(self) -> str:
        return self.log.read_text(errors="replace")[-600:].strip()
