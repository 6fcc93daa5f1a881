"""The shelf and the cache come before the network, and what cannot come is told of."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from player.audio.cache import ClipCache
from player.audio.clips import ClipDamagedError, ClipMissingError, ClipShelf
from player.audio.fetch import Addresses, ClipNotFetchedError, Download, Downloads
from player.audio.fetched import FetchedClips
from tests.player.audio.fetching import Waits, patient
from tests.player.audio.misbehaving import Server, clip_of, sound_of

SOUND = sound_of("crow", 60_000)
PATIENCE_S = 60


class Source:
    """A FetchedClips over a shelf, a cache and a server."""

    def __init__(self, folder: Path, url: str = "", public_url: str = "") -> None:
        self.shelf = folder / "shelf"
        self.cache = ClipCache(folder / "cache")
        addresses = Addresses(public_url=public_url)
        downloads = Downloads(self.cache, addresses, patience=patient(tries=1), pause=Waits())
        self.clips = FetchedClips(ClipShelf([self.shelf]), self.cache, downloads, addresses)
        self.clip = clip_of("intro", SOUND, url)

    def put_on_shelf(self, content: bytes) -> Path:
        path = self.shelf / self.clip.path
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
        return path


def test_the_shelf_comes_first_then_the_cache_then_the_network(tmp_path: Path) -> None:
    server = Server(lambda call: call.sound(SOUND))
    source = Source(tmp_path, server.url)
    fetched = source.clips.path_for(source.clip)
    assert fetched == source.clips.path_for(source.clip) == source.clips.here(source.clip)
    on_shelf = source.put_on_shelf(SOUND)
    assert source.clips.path_for(source.clip) == on_shelf
    assert len(server.calls) == 1
    source.clips.close()
    server.close()


def test_a_clip_that_is_here_is_opened_and_another_grows(tmp_path: Path) -> None:
    server = Server(lambda call: call.sound(SOUND))
    source = Source(tmp_path, server.url)
    growing = source.clips.open(source.clip)
    assert isinstance(growing, Download)
    growing.path(PATIENCE_S)
    assert isinstance(source.clips.open(source.clip), Path)
    source.clips.close()
    server.close()


@pytest.mark.parametrize("place", ["shelf", "cache"])
def test_a_clip_damaged_on_disk_is_fetched_again(tmp_path: Path, place: str) -> None:
    server = Server(lambda call: call.sound(SOUND))
    source = Source(tmp_path, server.url)
    if place == "shelf":
        source.put_on_shelf(SOUND[:-1])
    else:
        source.clips.path_for(source.clip).write_bytes(b"")
        server.calls.clear()
    assert source.clips.path_for(source.clip).read_bytes() == SOUND
    assert len(server.calls) == 1
    source.clips.close()
    server.close()


@pytest.mark.parametrize("place", ["shelf", "cache"])
def test_a_clip_damaged_on_disk_needs_the_network_when_offline(tmp_path: Path, place: str) -> None:
    server = Server(lambda call: call.sound(SOUND))
    source = Source(tmp_path, server.url)
    if place == "shelf":
        source.put_on_shelf(SOUND[:-1])
        server.vanish()
    else:
        path = source.clips.path_for(source.clip)
        server.vanish()
        path.write_bytes(b"")
    with pytest.raises(ClipDamagedError, match=r"damaged on this machine and needs the network"):
        source.clips.path_for(source.clip)
    source.clips.close()
    server.close()


def test_without_keys_a_sentence_says_what_to_set_and_nothing_is_started(tmp_path: Path) -> None:
    source = Source(tmp_path, "r2://kahani/clips/a.mp3")
    before = threading.active_count()
    with pytest.raises(
        ClipMissingError,
        match=r"intro\.mp3 is not on this machine.* in the bucket kahani: set R2_ACCOUNT_ID.*"
        r"R2_SECRET_ACCESS_KEY for a private one, R2_PUBLIC_URL for a public one\.$",
    ):
        source.clips.path_for(source.clip)
    assert threading.active_count() <= before
    assert list(tmp_path.iterdir()) == []


def test_a_clip_damaged_in_the_library_is_told_of_as_before_without_a_network(
    tmp_path: Path,
) -> None:
    source = Source(tmp_path, "r2://kahani/clips/a.mp3")
    source.put_on_shelf(SOUND[:-1])
    with pytest.raises(ClipDamagedError, match=r"intro\.mp3 is damaged: 59999 bytes"):
        source.clips.path_for(source.clip)


def test_objects_of_a_public_bucket_are_asked_for_under_its_address(tmp_path: Path) -> None:
    server = Server(lambda call: call.sound(SOUND))
    source = Source(tmp_path, "r2://kahani/clips/a b.mp3", f"{server.url}/there/")
    source.clips.path_for(source.clip)
    assert [call.path for call in server.calls] == ["/there/clips/a%20b.mp3"]
    source.clips.close()
    server.close()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "https:// or r2://"),
        ("file:///etc/passwd", "https:// or r2://"),
        ("ftp://clips.example/a.mp3", "https:// or r2://"),
        ("http://clips.example/a.mp3", "without https"),
        ("https:///a.mp3", "https:// or r2://"),
        ("https://[::1/a.mp3", "no address that can be read"),
        ("r2://", "no object in a bucket"),
        ("r2://kahani/", "no object in a bucket"),
        ("r2://kahani/../other/a.mp3", "no object in a bucket"),
    ],
)
def test_addresses_that_nothing_comes_from_are_told_of(tmp_path: Path, url: str, told: str) -> None:
    source = Source(tmp_path, url, "https://clips.example")
    with pytest.raises(ClipMissingError, match=told):
        source.clips.path_for(source.clip)


@pytest.mark.parametrize("url", ["http://a.example", "https://a.example/?k=v", "https://u:p@a.b"])
def test_a_public_address_of_a_bucket_must_be_safe(tmp_path: Path, url: str) -> None:
    source = Source(tmp_path, "r2://kahani/clips/a.mp3", url)
    with pytest.raises(ClipMissingError, match="R2_PUBLIC_URL is no https address"):
        source.clips.path_for(source.clip)


def test_a_clip_without_a_checksum_is_not_fetched(tmp_path: Path) -> None:
    server = Server(lambda call: call.sound(SOUND))
    source = Source(tmp_path, server.url)
    with pytest.raises(ClipNotFetchedError, match="names no checksum"):
        source.clips.path_for(replace(source.clip, checksum=""))
    assert server.calls == []
    source.clips.close()
    server.close()


def test_a_clip_whose_row_names_no_size_comes_by_its_checksum_alone(tmp_path: Path) -> None:
    server = Server(lambda call: call.sound(SOUND))
    source = Source(tmp_path, server.url)
    path = source.clips.path_for(replace(source.clip, size=0))
    assert hashlib.sha256(path.read_bytes()).hexdigest() == source.clip.checksum
    source.clips.close()
    server.close()


def test_having_a_source_of_clips_loads_neither_httpx_nor_obstore() -> None:
    program = "import sys, player.audio.fetched, player.cli.clips; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not {"httpx", "httpcore", "obstore", "ssl"} & set(done.stdout.split())
