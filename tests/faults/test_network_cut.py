"""Fault 1, for real: the link to PostgreSQL goes down in mid-push, and nothing says so."""

from __future__ import annotations

import os
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.faults.at_home import KAHANI, WAY, Home
from tests.relay import Relay

pytestmark = pytest.mark.slow

UNANSWERED_S = 20
"""So long the program waits for PostgreSQL where a connection is dead."""

NEXT_NODE_S = UNANSWERED_S / 2

PATIENCE_S = 90.0


class Cable:
    """A network of two: this machine, and another one whose only link can be cut."""

    def __init__(self) -> None:
        self._name = f"kahani{os.getpid() % 100_000}"
        number = os.getpid() % 64
        self.near, far = f"10.213.{number}.1", f"10.213.{number}.2"
        self._there = subprocess.Popen(["unshare", "-n", "sleep", "600"])
        self.inside = f"nsenter -t {self._there.pid} -n"
        try:
            self._wait_for_namespace()
            self._run(f"ip link add {self._name} type veth peer name far netns {self._there.pid}")
            self._run(f"ip addr add {self.near}/30 dev {self._name}")
            self.mend()
            for command in (f"addr add {far}/30 dev far", "link set far up", "link set lo up"):
                self._run(f"{self.inside} ip {command}")
        except (subprocess.CalledProcessError, OSError) as fault:
            self.remove()
            pytest.skip(f"no network of our own may be made here: {fault}")

    def cut(self) -> None:
        """Let nothing through: what is sent is lost, and nobody is told."""
        self._run(f"ip link set {self._name} down")

    def mend(self) -> None:
        """Let everything through."""
        self._run(f"ip link set {self._name} up")

    def remove(self) -> None:
        """Leave nothing behind."""
        subprocess.run(["ip", "link", "del", self._name], capture_output=True, check=False)
        self._there.kill()
        self._there.wait()

    def _wait_for_namespace(self) -> None:
        here = Path("/proc/self/ns/net").readlink()
        give_up = time.monotonic() + 60
        while Path(f"/proc/{self._there.pid}/ns/net").readlink() == here:
            if self._there.poll() is not None or time.monotonic() > give_up:
                raise FileNotFoundError("unshare -n")

    def _run(self, command: str) -> None:
        subprocess.run(command.split(), capture_output=True, check=True)


class Watched(Relay):
    """Leads from the cable to PostgreSQL; `before` sees each question before it goes on."""

    def __init__(self, address: str, *, at: str, before: Callable[[bytes], None]) -> None:
        self._before = before
        super().__init__(address, at=at)

    def passes(self, data: bytes, *, line: int, is_request: bool) -> bool:
        if is_request:
            self._before(data)
        return True


class Sending:
    """`kahani sync` at work: the lines that it tells."""

    def __init__(self, home: Home, around: str) -> None:
        self._process = subprocess.Popen(
            [*around.split(), str(KAHANI), "sync"], env=home.surroundings(), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.told: list[str] = []
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def next(self, words: str) -> str:
        """Wait until it tells this."""
        while True:
            self.told.append(self._lines.get(timeout=PATIENCE_S))
            if words in self.told[-1]:
                return self.told[-1]

    def end(self) -> None:
        self._process.terminate()
        self._process.wait(60)

    def _read(self) -> None:
        assert self._process.stdout
        with self._process.stdout as lines:
            for line in lines:
                self._lines.put(line)


@pytest.fixture
def cable() -> Iterator[Cable]:
    made = Cable()
    yield made
    made.remove()


def sync(home: Home) -> None:
    done = home.run("sync", "--once")
    assert done.returncode == 0, done.stdout + done.stderr


def unsent(home: Home) -> int:
    (count,) = home.ask("SELECT count(*) FROM outbox WHERE sent_at IS NULL")
    return int(count)


def wait_until_all_is_sent(home: Home) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while unsent(home):
        assert time.monotonic() < give_up
        time.sleep(0.1)


def test_the_story_goes_on_and_each_event_is_sent_once_when_the_link_is_back(
    cable: Cable, tmp_path: Path, empty_postgres_url: str
) -> None:
    is_cut = threading.Event()
    is_armed = threading.Event()

    def cut_at_the_first_row(data: bytes) -> None:
        if is_armed.is_set() and not is_cut.is_set() and b"INSERT INTO" in data:
            cable.cut()
            is_cut.set()

    relay = Watched(empty_postgres_url, at=cable.near, before=cut_at_the_first_row)
    patience = f"tcp_user_timeout={1000 * UNANSWERED_S}"
    home = Home(tmp_path, DATABASE_URL=f"{relay.address}?{patience}")
    sync(home)  # makes the schema
    home.play(*WAY, around=cable.inside)
    sync(home)  # what leaving had no time for
    assert unsent(home) == 0
    run = home.begin("--restart", choices=None, around=cable.inside)
    run.next("asked")
    is_armed.set()
    for choice in WAY[:3]:
        run.say(choice)
        began = time.monotonic()
        run.next("choice")
        run.next("node")
        assert time.monotonic() - began < NEXT_NODE_S
        run.next("asked")
        assert is_cut.wait(PATIENCE_S)

    sending = Sending(home, cable.inside)  # tells what a screen tells
    offline = sending.next("offline, ")
    for choice in WAY[3:]:
        run.say(choice)
        began = time.monotonic()
        run.next("choice")
        run.next("node")
        assert time.monotonic() - began < NEXT_NODE_S
    cable.mend()
    run.end()
    wait_until_all_is_sent(home)
    sending.next("all sent")  # may have been told before the last of it was written, and is again
    sending.end()
    relay.close()

    assert run.code == 0
    assert " to send (" in offline
    assert run.of("choice", "key") == list(WAY)
    assert home.choices() == [*WAY, *WAY]
    with psycopg.connect(empty_postgres_url) as connection:
        for table in ("analytics_events", "behavioral_events"):
            row = connection.execute(f"SELECT count(*), count(DISTINCT id) FROM {table}").fetchone()
            (here,) = home.ask(f"SELECT count(*) FROM {table}")
            assert row == (here, here)
    assert unsent(home) == 0
    told = [line for line in sending.told if "offline, " in line]
    # Not at every attempt: when there is more to send, and no more often.
    assert len({line.split(" to send")[0] for line in told}) == len(told), told
