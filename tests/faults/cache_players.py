"""Players that share a cache and are killed; run as a program, so that they can be forked.

steps FOLDER N          one player, killed before every Nth of its steps in turn
rounds FOLDER URL N     two players that fetch at once, killed at random moments, until N were
fetch FOLDER URL SEED   one player that fetches everything, in an order of its own
bring FOLDER            one player that holds a clip, says so, and keeps it once it is told to
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from player.audio.cache import ClipCache, Part, Upkeep
from player.audio.clips import ClipDamagedError
from player.audio.fetch import Addresses, ClipNotFetchedError, Downloads, Patience
from player.story.graph import Clip
from tests.player.audio.misbehaving import clip_of, sound_of

write, fsync, connect = os.write, os.fsync, sqlite3.connect
SIZE = 20_000
CAP = 6 * SIZE
WATCHED = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "os.scandir", "sqlite3.connect"})


def content(name: str) -> bytes:
    return sound_of(f"/{name}", SIZE)


def named(name: str, url: str = "https://clips.example") -> Clip:
    return clip_of(name, content(name), f"{url}/{name}")


def listen(folder: Path) -> None:
    """Do with a cache whatever a player does with one: more is put in than it may hold."""
    cache, upkeep = ClipCache(folder, cap_bytes=CAP), Upkeep(folder, cap_bytes=CAP)
    upkeep.pin("crow", "hi", {named("a").checksum: SIZE})
    for name in "abcdefgh":
        with cache.lock(named(name), patience_s=1):
            cache.take_part(named(name))
            cache.keep_part(named(name), Part(content(name)[:50], '"one"'))
            if cache.find(named(name)) is None:
                cache.keep(named(name), content(name))
    upkeep.unpin("crow")
    cache.close()
    upkeep.close()


def examine(folder: Path) -> None:
    """Whatever was killed: no wrong file, the cap holds, and the next player finds all in order."""
    for path in (folder / "objects").rglob("*"):
        if path.is_file():
            checksum = path.parent.name + path.name
            assert hashlib.sha256(path.read_bytes()).hexdigest() == checksum, path
    told: list[str] = []
    cache = ClipCache(folder, cap_bytes=CAP, tell=told.append)
    for name in "abxyz":
        with suppress(ClipDamagedError):
            if (found := cache.find(named(name))) is not None:
                assert found.read_bytes() == content(name)
        assert cache.keep(named(name), content(name)).read_bytes() == content(name)
    upkeep = Upkeep(folder, cap_bytes=CAP)
    assert upkeep.verify().damaged == ()
    assert upkeep.status().bytes <= CAP
    assert not list((folder / "new").iterdir()), "something half written was left"
    cache.close()
    upkeep.close()
    assert told == []


def forked(work: Callable[[], object]) -> int:
    """Do the work in a process of its own; return its number."""
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        work()
        code = 0
    finally:
        sys.stdout.flush()
        os._exit(code)


def killed_at(step: int, folder: Path) -> str:
    """Let a player be killed before its `step`th step; return which that was, "" when it lived."""
    reader, writer = os.pipe()
    left = [step]

    def die_at(name: str) -> None:
        left[0] -= 1
        if left[0] == 0:
            write(writer, name.encode())
            os.kill(os.getpid(), signal.SIGKILL)

    def work() -> None:
        _count_steps(die_at, str(folder))
        listen(folder)

    process = forked(work)
    os.close(writer)
    _, status = os.waitpid(process, 0)
    with os.fdopen(reader, "rb") as told:
        name = told.read().decode()
    assert (status == 0) == (name == ""), status
    return name


def _count_steps(step: Callable[[str], None], folder: str) -> None:
    """Call `step` before each thing that this process does to files under `folder`."""

    class Connection(sqlite3.Connection):
        def execute(self, sql: str, *more: Any) -> sqlite3.Cursor:
            step(f"sql {sql.split(maxsplit=1)[0]}")
            return super().execute(sql, *more)

    def half_written(descriptor: int, content: Any) -> int:
        step("write")
        done = write(descriptor, content[: len(content) // 2 or 1])
        step("written in part")
        return done

    def forced(descriptor: int) -> None:
        step("fsync")
        fsync(descriptor)

    def watched(event: str, arguments: tuple[Any, ...]) -> None:
        if event in WATCHED and any(folder in str(argument) for argument in arguments):
            step(event)

    os.write, os.fsync = half_written, forced  # type: ignore[assignment]
    sqlite3.connect = lambda *a, **k: connect(*a, factory=Connection, **k)  # type: ignore[assignment]
    sys.addaudithook(watched)


def steps(base: Path, stride: int) -> None:
    seen: Counter[str] = Counter()
    for step in count(1, stride):
        folder = base / str(step)
        name = killed_at(step, folder)
        seen[name or "lived"] += 1
        examiner = forked(lambda: examine(folder))  # noqa: B023 - it is waited for at once
        assert os.waitpid(examiner, 0)[1] == 0, f"after step {step}: {name}"
        if not name:
            break
    tell(seen)


def fetch_all(folder: Path, url: str, seed: int, cap: int = CAP, lock_s: float = 2) -> None:
    cache, addresses = ClipCache(folder, cap_bytes=cap), Addresses()
    patience = Patience(read_s=60, measured_over_s=60, lock_s=lock_s)
    downloads = Downloads(cache, addresses, patience=patience)
    dice = random.Random(seed)
    names = dice.sample("abcdefghijklmnop", 16)
    for download in [downloads.get(named(n, url), is_urgent=dice.random() < 0.5) for n in names]:
        with suppress(ClipNotFetchedError, FileNotFoundError):  # let go of in between
            path = download.path(120)
            assert path.read_bytes() == content(download.clip.path.split("/")[-1][:-4])
    downloads.close()
    cache.close()


def bring(folder: Path) -> None:
    cache = ClipCache(folder, cap_bytes=CAP)
    with cache.lock(named("a"), patience_s=60) as is_held:
        assert is_held
        print("held", flush=True)  # noqa: T201 - whoever waits outside reads it
        sys.stdin.readline()
        cache.keep(named("a"), content("a"))
    cache.close()


def tell(counts: Counter[str]) -> None:
    sys.stdout.write("".join(f"{name}:{number}\n" for name, number in counts.items()))


def rounds(folder: Path, url: str, how_many: int) -> None:
    import httpx  # noqa: F401, PLC0415 - loaded before the forks, so that they are killed at work

    dice = random.Random(20)
    fates: Counter[str] = Counter()
    began = time.monotonic()
    undisturbed = forked(lambda: fetch_all(folder / "undisturbed", url, 0))
    assert os.waitpid(undisturbed, 0)[1] == 0
    work_s = time.monotonic() - began  # as this machine is: they are to be killed at work
    number = 0
    while fates["killed"] < how_many:
        players = [
            forked(lambda n=n: fetch_all(folder / "cache", url, n))  # type: ignore[misc]
            for n in (2 * number, 2 * number + 1)
        ]
        for player in players:
            time.sleep(dice.uniform(0, 0.5 * work_s))
            os.kill(player, signal.SIGKILL)
        for player in players:
            status = os.waitpid(player, 0)[1]
            assert status in (0, signal.SIGKILL), f"round {number}: {status}"
            fates["killed" if status else "done before"] += 1
            work_s *= 1.02 if status else 0.9  # as this machine is by now
        examiner = forked(lambda: examine(folder / "cache"))
        assert os.waitpid(examiner, 0)[1] == 0, f"round {number}"
        number += 1
    tell(fates)


if __name__ == "__main__":
    if sys.argv[1] == "steps":
        steps(Path(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1] == "rounds":
        rounds(Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
    elif sys.argv[1] == "bring":
        bring(Path(sys.argv[2]))
    else:
        fetch_all(Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]), cap=100 * SIZE, lock_s=60)
