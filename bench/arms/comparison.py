"""Three arms at once: real, real, mock."""

import concurrent.futures
import contextlib
import pathlib
import time
from collections.abc import Callable

from . import recording
from .arm import INTERVAL_NS, TARGETS, Arm, Leaf, World
from .child import Failed
from .figures import Arms

POLL_NS = INTERVAL_NS
# Where in a second leaves start: five seconds later, when they know their targets, the next scrape is half a second
# away for all of them.
START_NS = 220_000_000
STEP = 0.02  # s


class Comparison:
    """`folder` is new, and holds what the arms wrote."""

    def __init__(self, world: World, real: Leaf, mock: Leaf, folder: pathlib.Path):
        self.world = world
        self.arms = [Arm(world, leaf, folder / name)
                     for name, leaf in (("real-1", real), ("real-2", real), ("mock", mock))]

    def run(self, progress: Callable[[str], None]) -> Arms:
        with contextlib.ExitStack() as stack:
            for arm in self.arms:
                stack.callback(arm.stop)
            # Pollers only: a process would end with the thread that started it.
            pool = stack.enter_context(concurrent.futures.ThreadPoolExecutor(len(self.arms)))
            begin, end, until = self._play(pool, progress)
        return tuple(recording.read(arm, TARGETS, begin, end, until) for arm in self.arms)

    def _play(self, pool: concurrent.futures.Executor, progress: Callable[[str], None]) -> tuple[int, int, int]:
        condition = self.world.condition
        for arm in self.arms:
            arm.start_instruments()
        for event in condition.events:
            if event.at == 0:
                self._do(event.what)
        self._start_leaves()
        # Whole seconds: no target is scraped near them.
        zero = (self.arms[0].now_ns() // INTERVAL_NS + 1) * INTERVAL_NS
        plan = [(event.at, event.what) for event in condition.events if event.at > 0]
        plan += [(condition.seconds, "end")]
        next_poll = zero
        polls: list[concurrent.futures.Future] = []
        for at, what in sorted(plan):
            progress(f"{what} at {at:g} s")
            due = zero + int(at * 1e9)
            while (now := self.arms[0].now_ns()) < due:
                if now >= next_poll:
                    for poll in polls:
                        poll.result()
                    polls = [pool.submit(arm.poll) for arm in self.arms]
                    next_poll += POLL_NS
                self._watch()
                time.sleep(max(0.0, min(STEP, (due - now) / 1e9)))
            self._do(what)
        return zero + int(condition.begin * 1e9), zero + int(condition.end * 1e9), zero + int(condition.seconds * 1e9)

    def _start_leaves(self) -> None:
        """One after the other, the mock between the real ones: a batch that ends right at a ten-second tick counts
        before it or after it, and what follows differs. Where that can befall the mock it then shows between the real
        ones as well."""
        now = self.arms[0].now_ns()
        time.sleep((START_NS - now) % INTERVAL_NS / 1e9)
        first, last, mock = self.arms
        for arm in (first, mock, last):
            arm.start_leaf()
            arm.await_ready()

    def _do(self, what: str) -> None:
        if what == "end":
            return
        for arm in self.arms:
            arm.do(what)

    def _watch(self) -> None:
        for arm in self.arms:
            arm.watch_end()
            dead = arm.casualty()
            if dead:
                raise Failed(dead)
