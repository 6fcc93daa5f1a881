"""Stories that are to stay: fetched behind everything that is waited for, to the last clip."""

from __future__ import annotations

import errno
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from player.audio.cache import ClipCache, Holdings, PinTooLargeError, Upkeep
from player.audio.cache.objects import Objects
from player.audio.clips import ClipMissingError, ClipShelf
from player.audio.downloading import clips_of
from player.audio.fetch import Addresses, Downloads
from player.audio.fetched import FetchedClips
from player.audio.keeping import Coming, Keeping
from player.story.graph import Clip, Story, catalogue_id
from tests.player.audio.fetching import Waits, patient
from tests.player.audio.misbehaving import Call, Server, clip_of, sound_of

PATIENCE_S = 60
SIZE = 20_000


def sound(path: str) -> bytes:
    return sound_of(path, SIZE)


@dataclass
class Elsewhere:
    """A server with a sound for every path; those that are held answer with half of it."""

    opened: threading.Event = field(default_factory=threading.Event)
    held: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()

    def __call__(self, call: Call) -> None:
        content = sound(call.path)
        if call.path in self.gone:
            call.answer("404 Not Found")
        elif call.path in self.held and not self.opened.is_set():
            call.partly(content, SIZE // 2)
            self.opened.wait(PATIENCE_S)
            call.send(content[call.start :][SIZE // 2 :])
        else:
            call.sound(content)


class Home:
    """A listener's cache before a server, and what is told of downloads."""

    def __init__(self, folder: Path, behaviour: Elsewhere, cap_bytes: int = 10_000_000) -> None:
        self.server = Server(behaviour)
        self.behaviour = behaviour
        self.told: queue.SimpleQueue[Coming] = queue.SimpleQueue()
        self.folder = folder
        addresses = Addresses()
        cache = ClipCache(folder, cap_bytes=cap_bytes)
        patience = patient(tries=2)
        self.downloads = Downloads(cache, addresses, patience=patience, pause=Waits())
        shelf = ClipShelf([folder / "shelf"])
        self.clips = FetchedClips(shelf, cache, self.downloads, addresses)
        self.keeping = Keeping(self.clips, Upkeep(folder, cap_bytes=cap_bytes), self.told.put)

    def clip(self, name: str, language: str = "hi") -> Clip:
        path = f"/{name}"
        return replace(clip_of(name, sound(path), f"{self.server.url}{path}"), language=language)

    def close(self) -> None:
        self.behaviour.opened.set()
        self.keeping.close()
        self.clips.close()
        self.server.close()

    def until(self, state: str) -> Coming:
        while (coming := self.told.get(timeout=PATIENCE_S)).state != state:
            pass
        return coming


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path, Elsewhere())
    yield home
    home.close()


def holding(home: Home, *names: str) -> None:
    home.behaviour.held = frozenset(f"/{name}" for name in names)


def told(well: Story, *clips: Clip) -> Story:
    """Return the small story with these clips at its nodes."""
    nodes = dict(well.nodes)
    for (key, node), clip in zip(list(nodes.items()), clips, strict=False):
        nodes[key] = replace(node, clips=(replace(clip, id=catalogue_id("well", clip.path)),))
    for key in list(nodes)[len(clips) :]:
        nodes[key] = replace(nodes[key], clips=())
    return replace(well, nodes=nodes)


def test_a_story_is_fetched_whole_pinned_and_told_of(home: Home, well: Story) -> None:
    story = told(well, *(home.clip(name) for name in "abcd"))
    plan = home.clips.plan(story, None)
    assert (len(plan.missing), plan.bytes_missing) == (4, 4 * SIZE)
    home.keeping.begin(plan)
    done = home.until("done")
    assert (done.progress.clips_done, done.progress.bytes_done) == (4, 4 * SIZE)
    assert home.clips.plan(story, None).missing == ()
    assert [pin.slug for pin in Holdings(home.folder).pins()] == ["well"]
    assert len(home.server.calls) == 4


def test_a_clip_that_is_waited_for_has_the_line(home: Home, well: Story) -> None:
    holding(home, "a", "b")
    home.keeping.begin(home.clips.plan(told(well, *(home.clip(name) for name in "abc")), None))
    coming = {home.server.called.get(timeout=PATIENCE_S).path for _ in range(2)}
    assert coming == {"/a", "/b"}
    for name in "ab":
        running = home.downloads.under_way(home.clip(name))
        assert running
        running.wait_for(SIZE // 2, PATIENCE_S)
    heard = home.clip("heard")
    holding(home, "a", "b", "heard")
    growing = home.clips.open(heard)
    assert not isinstance(growing, Path)
    while home.server.called.get(timeout=PATIENCE_S).path != "/heard":
        pass
    known = home.downloads.news.number
    while any(home.downloads.under_way(home.clip(name)) for name in "abc"):
        home.downloads.news.wait(known, PATIENCE_S)
        known = home.downloads.news.number
    home.behaviour.opened.set()
    home.until("done")
    ranges = {call.path: call.headers.get("range") for call in home.server.calls}
    assert ranges["/a"] == ranges["/b"] == f"bytes={SIZE // 2}-"  # what had come was kept


def test_stopped_it_goes_on_from_there_when_it_is_wanted_again(home: Home, well: Story) -> None:
    holding(home, "b", "c")
    story = told(well, *(home.clip(name) for name in "abcd"))
    home.keeping.begin(home.clips.plan(story, None))
    paths = {home.server.called.get(timeout=PATIENCE_S).path for _ in range(3)}
    assert paths == {"/a", "/b", "/c"}
    home.keeping.stop("well")
    assert home.until("stopped").progress.clips_done == 1
    home.behaviour.opened.set()
    again = home.clips.plan(story, None)
    assert len(again.missing) == 3
    home.keeping.begin(again)
    assert home.until("done").progress.clips_done == 3
    assert sum(call.path == "/a" for call in home.server.calls) == 1


def test_wanted_again_while_it_stops_it_goes_on(home: Home, well: Story) -> None:
    holding(home, "a")
    plan = home.clips.plan(told(well, home.clip("a")), None)
    home.keeping.begin(plan)
    assert home.server.called.get(timeout=PATIENCE_S).path == "/a"
    home.keeping.stop("well")
    home.keeping.begin(plan)
    home.behaviour.opened.set()
    assert home.until("done").progress.clips_done == 1


def test_a_second_story_waits_for_the_first_and_can_be_stopped_before(
    home: Home, well: Story
) -> None:
    holding(home, "a")
    home.keeping.begin(home.clips.plan(told(well, home.clip("a")), None))
    second = replace(told(well, home.clip("b")), slug="second")
    home.keeping.begin(home.clips.plan(second, None))
    assert home.keeping.is_under_way("second")
    home.keeping.stop("second")
    assert home.until("stopped").plan.slug == "second"
    home.behaviour.opened.set()
    assert home.until("done").plan.slug == "well"
    assert not any(call.path == "/b" for call in home.server.calls)


def test_a_clip_that_is_gone_is_told_of_and_the_others_come(home: Home, well: Story) -> None:
    home.behaviour.gone = frozenset({"/b"})
    home.keeping.begin(home.clips.plan(told(well, *(home.clip(n) for n in "abc")), None))
    failed = home.until("failed")
    assert (failed.progress.clips_done, failed.progress.clips) == (2, 3)
    assert "it is not at 127.0.0.1 (404)" in failed.sentence


def test_without_a_network_it_ends_at_the_first_clip(home: Home, well: Story) -> None:
    plan = home.clips.plan(told(well, *(home.clip(n) for n in "abcdef")), None)
    home.server.vanish()
    home.keeping.begin(plan)
    failed = home.until("failed")
    assert "127.0.0.1 accepts no connections" in failed.sentence
    assert len(failed.progress.errors) <= 2
    by_command = home.clips.download(plan, lanes=1, gives_way=False).run(lambda _: None)
    assert len(by_command.errors) == 1


def test_on_a_full_disk_it_ends_and_says_what_is_kept_and_what_to_do(
    home: Home, well: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = told(well, *(home.clip(name) for name in "abcdef"))
    plan = home.clips.plan(story, None)
    write = Objects.write

    def are_over(checksums: set[str]) -> bool:
        clips = [clip for clip in plan.clips if clip.checksum in checksums]
        return not any(home.downloads.under_way(clip) for clip in clips)

    def refuse(objects: Objects, checksum: str, content: bytes) -> Path:
        kept = set(objects.names())
        if len(kept) < 2:
            return write(objects, checksum, content)
        known = home.downloads.news.number
        while not are_over(kept):  # or the third might be told of before the second
            home.downloads.news.wait(known, PATIENCE_S)
            known = home.downloads.news.number
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Objects, "write", refuse)
    home.keeping.begin(plan)
    failed = home.until("failed")
    assert failed.progress.clips_done == 2
    assert "keeps no more: free some space on its disk" in failed.sentence
    assert len(home.server.calls) <= 4  # those that were under way
    monkeypatch.undo()
    home.keeping.begin(home.clips.plan(story, None))
    assert home.until("done").progress.is_whole
    assert len(home.server.calls) <= len(plan.clips) + 1  # what came is here, but the one left


def test_more_than_the_cap_is_refused_with_the_sizes(tmp_path: Path, well: Story) -> None:
    home = Home(tmp_path, Elsewhere(), cap_bytes=SIZE)
    with pytest.raises(PinTooLargeError, match=r"0.0 MB of clips: more than the cache may hold"):
        home.keeping.begin(home.clips.plan(told(well, home.clip("a"), home.clip("b")), None))
    home.close()
    assert home.server.calls == []


def test_with_no_way_to_a_clip_nothing_is_planned(home: Home, well: Story) -> None:
    clip = replace(home.clip("a"), url="r2://kahani/clips/a.mp3")
    with pytest.raises(ClipMissingError, match="R2_PUBLIC_URL"):
        home.clips.plan(told(well, clip), None)


def test_a_language_comes_with_its_mixes(home: Home, well: Story) -> None:
    spoken = {"a": "hi", "b": "hi-mixed", "c": "ta"}
    story = told(well, *(home.clip(name, language) for name, language in spoken.items()))
    found = {language: len(clips_of(story, language)) for language in ("hi", "hi-mixed", "ta")}
    assert found == {"hi": 2, "hi-mixed": 1, "ta": 1}
    assert len(clips_of(story, None)) == 3
