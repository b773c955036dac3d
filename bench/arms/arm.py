"""One arm: targets, link, central and a leaf, each a process."""

import http.client
import json
import pathlib
import re
import socket
import subprocess
import time
import urllib.request
from dataclasses import dataclass

from .child import Child, Failed
from .conditions import Condition

INTERVAL_NS = 1_000_000_000
TARGETS = 2
SEED = 7
# Among so many labels without meaning, one puts a target within a millisecond of any place in its interval.
CANDIDATES = 1500
GAUGES = {
    "pending": "prometheus_remote_storage_samples_pending",
    "shards": "prometheus_remote_storage_shards",
    "desired": "prometheus_remote_storage_shards_desired",
    "sent": "prometheus_remote_storage_samples_total",
    "failed": "prometheus_remote_storage_samples_failed_total",
    "retried": "prometheus_remote_storage_samples_retried_total",
    "enqueue_retries": "prometheus_remote_storage_enqueue_retries_total",
}


@dataclass(frozen=True)
class Leaf:
    """Who plays the leaf: argv without the flags that every Prometheus has."""

    name: str
    argv: tuple[str, ...]


@dataclass(frozen=True)
class World:
    """What all arms have in common."""

    pushpull: str
    release: str  # the real one's whole version
    message: str  # "1.0" or "2.0"
    condition: Condition


def place_of(target: int) -> int:
    """Where in its interval a target is scraped, in ns: spread evenly, away from whole and half seconds."""
    return INTERVAL_NS * (2 * target + 1) // (2 * TARGETS)


def choose(phases: list[int], place: int) -> int:
    """The index of the phase nearest to `place`, around the end of the interval too."""
    def distance(phase: int) -> int:
        apart = abs(phase - place)
        return min(apart, INTERVAL_NS - apart)
    return min(range(len(phases)), key=lambda i: distance(phases[i]))


def read_gauges(page: str) -> dict[str, float]:
    """The sums of GAUGES on a page of /metrics; those that it does not have are left out."""
    names = {name: key for key, name in GAUGES.items()}
    found: dict[str, float] = {}
    for line in page.splitlines():
        match = re.match(r"([a-zA-Z_:]+)(?:\{.*\})? (\S+)", line)
        if match and match[1] in names:
            key = names[match[1]]
            found[key] = found.get(key, 0.0) + float(match[2])
    return found


class Arm:
    """Its processes live from start() to stop(). `folder` must not exist."""

    def __init__(self, world: World, leaf: Leaf, folder: pathlib.Path):
        self.world = world
        self.leaf = leaf
        self.folder = folder
        self.gauges: list[tuple[int, dict[str, float]]] = []  # unix ns of asking, what the leaf said
        self.ready_ns = 0
        self.leaf_stopped_ns: int | None = None  # SIGTERM
        self.leaf_ended_ns: int | None = None
        self.leaf_code: int | None = None
        self._children: dict[str, Child] = {}
        # One clock for all roles: wall time that a stepped clock does not move.
        self._anchor = time.time_ns() - time.monotonic_ns()
        folder.mkdir(parents=True)

    def now_ns(self) -> int:
        return time.monotonic_ns() + self._anchor

    def journal(self, role: str) -> pathlib.Path:
        return self.folder / f"{role}.journal"

    # Starting.

    def start_instruments(self) -> None:
        """Everything but the leaf."""
        journal = self.journal("targets")
        journal.touch()
        targets = self._role("targets", "target", "--listen=127.0.0.1:0", *self._workload())
        self._targets_port = targets.await_line("on port ").split()[0]
        self._write("central.yml", {"global": {"external_labels": {"prometheus": "central"}}})
        self._central_port = free_port()
        self.start_central().await_line("listening on port ")
        link = self._role("link", "link", f"--route=0=127.0.0.1:{self._central_port}", "--http", "--clients=leaves")
        self._link_port = link.await_line("port ").split()[0]
        self._write("leaf.yml", self._leaf_config())

    def start_central(self) -> Child:
        return self._role(
            "central", "prometheus", f"--config.file={self.folder}/central.yml",
            f"--web.listen-address=127.0.0.1:{self._central_port}", f"--storage.tsdb.path={self.folder}/central.data",
            f"--behaves-like={self.world.release}", "--host-name=central", "--web.enable-remote-write-receiver",
            f"--answers={self.journal('targets')}", "--max-delay=1s", *self._workload())

    def start_leaf(self) -> None:
        self._leaf_port = free_port()
        self._child("leaf", [
            *self.leaf.argv, f"--config.file={self.folder}/leaf.yml",
            f"--web.listen-address=127.0.0.1:{self._leaf_port}", f"--storage.tsdb.path={self.folder}/leaf.data",
            f"--storage.remote.flush-deadline={self.world.condition.flush_deadline}"])

    def await_ready(self, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._get("/-/ready") is not None:
                self.ready_ns = self.now_ns()
                return
            if not self._children["leaf"].running():
                break
            time.sleep(0.01)
        raise Failed(f"{self.leaf.name} is not ready: {self._children['leaf'].last_words()}")

    # While it runs.

    def poll(self) -> None:
        """Asks the leaf what it says about itself; one that has gone says nothing."""
        asked = self.now_ns()
        page = self._get("/metrics")
        if page is not None:
            self.gauges.append((asked, read_gauges(page)))

    def watch_end(self) -> None:
        """Notes when a leaf that was told to stop has ended."""
        if self.leaf_stopped_ns is None or self.leaf_ended_ns is not None:
            return
        code = self._children["leaf"].await_end(0)
        if code is not None:
            self.leaf_ended_ns, self.leaf_code = self.now_ns(), code

    def do(self, what: str) -> None:
        """One event of a condition."""
        verb, *rest = what.split()
        if verb == "answer":
            retry_after = int(rest[1]) * 1_000_000_000 if len(rest) > 1 else 0
            self._children["link"].command(f"answer {rest[0]} 1 {retry_after}")
        elif verb == "pass":
            self._children["link"].command("pass")
        elif verb == "slow":
            self._children["central"].command(f"slow {self.world.condition.slowness(self.world.release)} 0s")
        elif verb == "fast":
            self._children["central"].command("slow 0s 0s")
        elif what == "central down":
            self._children["central"].terminate()
        elif what == "central up":
            if self._children["central"].await_end(10) is None:
                raise Failed("the central did not stop within 10 s")
            self.start_central()
        elif what == "leaf stop":
            self.leaf_stopped_ns = self.now_ns()
            self._children["leaf"].terminate()
        else:
            raise ValueError(what)

    def casualty(self) -> str | None:
        """What has ended though nobody asked it to."""
        for name, child in self._children.items():
            asked = (name == "leaf" and self.leaf_stopped_ns is not None) or name == "central"
            if not asked and not child.running():
                return f"{name} of {self.leaf.name} has ended: {child.last_words()}"
        return None

    def stop(self) -> None:
        """The leaf is killed: what it would flush now is no part of the comparison."""
        for name in ("leaf", "central", "link", "targets"):
            child = self._children.get(name)
            if child is None:
                continue
            if name != "leaf":
                child.terminate()
                child.await_end(10)
            child.kill()

    # Inside.

    def _role(self, name: str, command: str, *flags: str) -> Child:
        return self._child(name, [self.world.pushpull, command, f"--journal={self.journal(name)}", "--control",
                                  f"--anchor={self._anchor}", *flags])

    def _child(self, name: str, argv: list[str]) -> Child:
        self._children[name] = child = Child(name, argv, self.folder / f"{name}.log")
        return child

    def _workload(self) -> list[str]:
        return [f"--targets={TARGETS}", f"--series={self.world.condition.series}", f"--seed={SEED}"]

    def _write(self, name: str, config: dict) -> pathlib.Path:
        path = self.folder / name
        path.write_text(json.dumps(config, indent=1))  # YAML reads JSON
        return path

    def _leaf_config(self) -> dict:
        groups = json.loads(self._ask("targets", f"--address=127.0.0.1:{self._targets_port}", *self._workload()))
        placed = []
        for target, group in enumerate(groups):
            tried = [{**group, "labels": {**group["labels"], "__param_place": str(i)}} for i in range(CANDIDATES)]
            config = self._write("candidates.yml", self._config_of(tried))
            lines = self._ask("phases", f"--config.file={config}", f"--behaves-like={self.world.release}")
            phases = [int(line.split()[0]) for line in lines.splitlines()]
            placed.append(tried[choose(phases, place_of(target))])
        return self._config_of(placed)

    def _config_of(self, groups: list[dict]) -> dict:
        write = {"url": f"http://127.0.0.1:{self._link_port}/api/v1/write", "name": "central",
                 "metadata_config": {"send": False}}
        if self.world.condition.queue:
            write["queue_config"] = self.world.condition.queue
        if self.world.message == "2.0":
            write["protobuf_message"] = "io.prometheus.write.v2.Request"
        return {"global": {"scrape_interval": "1s", "scrape_timeout": "1s",
                           "external_labels": {"prometheus": "leaf-0"}},
                "scrape_configs": [{"job_name": "bench", "static_configs": groups}],
                "remote_write": [write]}

    def _ask(self, *arguments: str) -> str:
        done = subprocess.run([self.world.pushpull, *arguments], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failed(f"pushpull {arguments[0]}: {done.stderr.strip()}")
        return done.stdout

    def _get(self, path: str) -> str | None:
        return fetch(f"http://127.0.0.1:{self._leaf_port}{path}")


def fetch(url: str) -> str | None:
    """The page, or nothing where the server is not there, or goes while it answers."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return answer.read().decode()
    except (OSError, http.client.HTTPException):
        return None


def free_port() -> int:
    """A port of 127.0.0.1 that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
