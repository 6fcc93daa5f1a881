"""Whatever a server does: the clip comes right, or a sentence tells why; nothing wrong stays."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from player.audio.cache import ClipCache, Upkeep
from player.audio.fetch import Addresses, Cause, ClipNotFetchedError, Downloads
from tests.player.audio.behaviour_rows import ROWS, Row
from tests.player.audio.behaviours import SOUND_BYTES
from tests.player.audio.fetching import LostOnce, Waits, brief, have_ended, here, patient
from tests.player.audio.misbehaving import SECRET, Behaviour, Server, clip_of, sound_of

SOUND = sound_of("crow", SOUND_BYTES)
OTHER = sound_of("pitcher", 4_000)


class Fetched:
    """A server that behaves as a row says, and a listener's cache and downloads before it."""

    def __init__(self, folder: Path, row: Row) -> None:
        behaviour: Behaviour = lambda call: (  # noqa: E731 - the one behaviour of this server
            call.sound(OTHER) if call.path == "/other.mp3" else row.act(call, SOUND)
        )
        self.server = Server(behaviour)
        self.folder = folder
        self.told: list[str] = []
        self.cache = ClipCache(folder, tell=self.told.append)
        self.waits = Waits()
        self.is_patient = row.cause is not Cause.SLOW
        patience = patient(tries=3) if self.is_patient else brief(tries=2)
        self.stalled = threading.Event()
        self.stalls_once = row.stalls_once
        if row.stalls_once:
            patience = LostOnce(self.stalled)
        self.downloads = Downloads(self.cache, Addresses(), patience=patience, pause=self.pause)
        self.clip = clip_of("intro", SOUND, f"{self.server.url}/a.mp3?{SECRET}")

    def pause(self, stop: threading.Event, seconds: float) -> bool:
        self.stalled.clear()
        return self.waits(stop, seconds)

    def fetch(self) -> Path:
        download = self.downloads.get(self.clip)
        if self.stalls_once:
            download.wait_for(20_000, 60)
            self.stalled.set()
        path = download.path(60)
        assert download.read(0, SOUND_BYTES + 1) == SOUND
        return path

    def fetch_other(self) -> bytes:
        """Fetch a clip that comes as it should, with all the time that it needs."""
        clip = clip_of("other", OTHER, f"{self.server.url}/other.mp3")
        if self.is_patient:
            return self.downloads.get(clip).path(60).read_bytes()
        downloads = Downloads(self.cache, Addresses(), patience=patient(), pause=self.waits)
        content = downloads.get(clip).path(60).read_bytes()
        downloads.close()
        return content

    def was_called(self, times: int) -> bool:
        """Whether so many requests came and no more; one that was given up is read late."""
        for _ in range(times):
            self.server.called.get(timeout=60)
        return self.server.called.empty()

    def stored(self) -> int:
        """Return the bytes of the clip, or of what passes for it, on the disk."""
        files = (p for p in self.folder.rglob("*") if p.is_file() and "index" not in p.name)
        return sum(path.stat().st_size for path in files)

    def close(self) -> None:
        self.downloads.close()
        self.cache.close()
        self.server.close()


@pytest.fixture
def fetched(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Fetched]:
    fetched = Fetched(tmp_path / "cache", request.param)
    before = set(threading.enumerate())
    yield fetched
    mine = set(threading.enumerate()) - before
    fetched.close()
    assert have_ended(mine)
    assert fetched.told == []


def rows(*, well: bool) -> pytest.MarkDecorator:
    chosen = [row for row in ROWS if (row.told is None) is well]
    return pytest.mark.parametrize(
        ("row", "fetched"), [(r, r) for r in chosen], ids=[r.name for r in chosen],
        indirect=["fetched"],
    )  # fmt: skip


def test_at_least_fifty_four_misbehaviours_are_tried_each_under_its_own_name() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS) >= 54


@rows(well=True)
def test_the_clip_comes_right_after_a_server_that(row: Row, fetched: Fetched) -> None:
    path = fetched.fetch()
    assert path.read_bytes() == SOUND
    assert fetched.was_called(row.calls)
    assert Upkeep(fetched.folder).verify().damaged == ()
    assert fetched.stored() == SOUND_BYTES
    assert fetched.fetch_other() == OTHER


@rows(well=False)
def test_a_sentence_tells_of_a_server_that(row: Row, fetched: Fetched) -> None:
    with pytest.raises(ClipNotFetchedError) as failure:
        fetched.fetch()
    sentence = str(failure.value)
    assert sentence.startswith("The clip crow/audio/hi/0.00/meera/intro.mp3 was not fetched: ")
    assert re.search((row.told or "").format(label=re.escape("127.0.0.1")), sentence)
    assert failure.value.cause is row.cause
    assert sentence.endswith(".")
    assert sentence.isprintable()
    assert not re.search("canary|Signature|a\\.mp3|://", sentence)
    assert fetched.was_called(row.calls)
    assert fetched.cache.find(fetched.clip) is None
    assert fetched.stored() <= SOUND_BYTES + len('"one"\n')
    assert fetched.fetch_other() == OTHER


def test_what_retry_after_asks_for_is_waited_for(tmp_path: Path) -> None:
    row = next(row for row in ROWS if row.name == "asks for 7 s")
    fetched = Fetched(tmp_path, row)
    fetched.fetch()
    fetched.close()
    assert 7 <= fetched.waits.seconds[0] < 8


def test_unless_told_otherwise_a_server_is_asked_six_times_with_longer_waits(
    tmp_path: Path,
) -> None:
    row = next(row for row in ROWS if row.name == "is down")
    waits = Waits()
    with here(lambda call: row.act(call, SOUND), tmp_path, pause=waits) as (server, downloads, _):
        download = downloads.get(clip_of("intro", SOUND, server.url))
        with pytest.raises(ClipNotFetchedError, match="6 times"):
            download.path(60)
        assert len(server.calls) == 6
    bounds = (0.25, 0.5, 1, 2, 4)
    assert all(wait <= bound for wait, bound in zip(waits.seconds, bounds, strict=True))


def test_the_rest_is_asked_for_by_range_on_condition_that_it_is_the_same(tmp_path: Path) -> None:
    row = next(row for row in ROWS if row.name == "truncates, then is well")
    fetched = Fetched(tmp_path, row)
    fetched.fetch()
    fetched.close()
    first, second = (call.headers for call in fetched.server.calls)
    assert "range" not in first
    assert (second["range"], second["if-match"]) == ("bytes=20000-", '"one"')
    assert first["accept-encoding"] == second["accept-encoding"] == "identity"
    assert "cookie" not in second
