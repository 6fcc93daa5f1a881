"""Warming: the connection for the first clip is made ahead, and nothing is asked over it."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from player.audio.cache import ClipCache
from player.audio.clips import ClipMissingError, ClipShelf
from player.audio.fetch import Addresses, Downloads
from player.audio.fetch.ready import Place, Ready
from player.audio.fetched import FetchedClips
from player.audio.r2 import Keys
from tests.player.audio.fetching import Waits, have_ended, patient
from tests.player.audio.misbehaving import Call, Server, clip_of, sound_of

PEM = Path(__file__).with_name("tls") / "server.pem"
SOUND = sound_of("crow", 60_000)
PATIENCE_S = 60


@contextmanager
def clips_in(folder: Path, addresses: Addresses | None = None) -> Iterator[FetchedClips]:
    addresses = addresses or Addresses()
    cache = ClipCache(folder / "cache")
    downloads = Downloads(cache, addresses, patience=patient(tries=3), pause=Waits())
    clips = FetchedClips(ClipShelf([folder / "shelf"]), cache, downloads, addresses)
    yield clips
    clips.close()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(lambda call: call.sound(SOUND))
    yield server
    server.close()


def connected(server: Server) -> socket.socket:
    return server.connected.get(timeout=PATIENCE_S)


def test_a_warm_connection_serves_the_first_clip_and_was_asked_nothing(
    server: Server, tmp_path: Path
) -> None:
    clip = clip_of("intro", SOUND, server.url)
    with clips_in(tmp_path) as clips:
        clips.warm(clip)
        connected(server)
        assert server.calls == []
        assert clips.path_for(clip).read_bytes() == SOUND
    assert (server.connections, len(server.calls)) == (1, 1)


def test_over_tls_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    server = Server(lambda call: call.sound(SOUND), context)
    clip = clip_of("intro", SOUND, server.url)
    with clips_in(tmp_path) as clips:
        clips.warm(clip)
        connected(server)
        assert clips.path_for(clip).read_bytes() == SOUND
    server.close()
    assert (server.connections, len(server.calls)) == (1, 1)


def test_warming_again_makes_no_second_connection(server: Server, tmp_path: Path) -> None:
    clip, other = clip_of("intro", SOUND, server.url), clip_of("other", SOUND, server.url)
    with clips_in(tmp_path) as clips:
        for each in (clip, other, clip):
            clips.warm(each)
        connected(server)
        assert clips.path_for(clip).read_bytes() == SOUND
        clips.warm(other)
    assert (server.connections, len(server.calls)) == (1, 1)


def test_warming_that_comes_late_makes_no_second_connection(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip, begin = clip_of("intro", SOUND, server.url), Ready.begin
    came, is_here, before = threading.Event(), threading.Event(), set(threading.enumerate())

    def begin_late(ready: Ready, place: Place) -> bool:
        came.set()
        is_here.wait(PATIENCE_S)
        return begin(ready, place)

    with clips_in(tmp_path) as clips:
        clips.warm(clip)
        connected(server)
        monkeypatch.setattr(Ready, "begin", begin_late)
        clips.warm(clip)
        assert came.wait(PATIENCE_S)
        assert clips.path_for(clip).read_bytes() == SOUND
        is_here.set()
        mine = set(threading.enumerate()) - before
        assert have_ended([thread for thread in mine if thread.name == "fetch-warm"])
    assert (server.connections, len(server.calls)) == (1, 1)


def test_a_warm_connection_that_was_closed_meanwhile_is_passed_by(
    server: Server, tmp_path: Path
) -> None:
    clip = clip_of("intro", SOUND, server.url)
    with clips_in(tmp_path) as clips:
        clips.warm(clip)
        connected(server).shutdown(socket.SHUT_RDWR)
        assert clips.path_for(clip).read_bytes() == SOUND
    assert (server.connections, len(server.calls)) == (2, 1)


def test_where_nobody_answers_warming_says_nothing_and_the_clip_comes_later(
    tmp_path: Path,
) -> None:
    gone = Server(Call.stall)
    gone.vanish()
    clip = clip_of("intro", SOUND, gone.url)
    with clips_in(tmp_path) as clips:
        clips.warm(clip)
        with pytest.raises(Exception, match="accepts no connections, 3 times"):
            clips.path_for(clip)
    gone.close()


def test_a_name_that_no_host_can_have_is_not_found(tmp_path: Path) -> None:
    clip = clip_of("intro", SOUND, "https://clips..example/intro.mp3")
    with clips_in(tmp_path) as clips:
        clips.warm(clip)
        with pytest.raises(Exception, match=r"clips..example is not to be found"):
            clips.path_for(clip)


def test_a_clip_with_no_way_to_it_is_not_warmed(tmp_path: Path) -> None:
    clip = clip_of("intro", SOUND, "r2://kahani/clips/intro.mp3")
    with clips_in(tmp_path) as clips:
        clips.warm(clip)
        with pytest.raises(ClipMissingError):
            clips.path_for(clip)


def test_a_private_bucket_is_warmed_by_its_endpoint_and_told_nothing(
    server: Server, tmp_path: Path
) -> None:
    addresses = Addresses(keys=Keys(server.url, "key", "canary0secret0canary"))
    with clips_in(tmp_path, addresses) as clips:
        clips.warm(clip_of("intro", SOUND, "r2://kahani/clips/intro.mp3"))
        connected(server)
    assert (server.connections, server.calls) == (1, [])
