"""Waiting for a clip: nobody waits longer than there is something to wait for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from player.audio.cache import Part
from player.audio.fetch import Cause, State
from tests.player.audio.fetching import here, patient
from tests.player.audio.misbehaving import Call, clip_of, sound_of

SOUND = sound_of("crow", 60_000)
PATIENCE_S = 30
LONG = patient()


def test_what_an_earlier_download_got_is_there_before_the_server_answers(tmp_path: Path) -> None:
    with here(Call.stall, tmp_path, patience=LONG) as (server, downloads, cache):
        clip = clip_of("a", SOUND, server.url)
        cache.keep_part(clip, Part(SOUND[:20_000], '"one"'))
        assert downloads.get(clip).wait_for(20_000, PATIENCE_S) == 20_000


def test_who_waits_is_woken_when_the_last_one_leaves(tmp_path: Path) -> None:
    with here(Call.stall, tmp_path, patience=LONG) as (server, downloads, _):
        download = downloads.get(clip_of("a", SOUND, server.url))
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(download.wait_for, 1)
            server.called.get(timeout=PATIENCE_S)
            download.leave()
            assert waiting.result(PATIENCE_S) == 0
        assert (download.is_over, download.state) == (True, State.FAILED)
        assert download.error
        assert download.error.cause is Cause.DROPPED


def test_one_that_was_left_by_all_is_not_handed_to_the_next_who_asks(tmp_path: Path) -> None:
    with here(lambda call: call.sound(SOUND), tmp_path) as (server, downloads, _):
        clip = clip_of("a", SOUND, server.url)
        downloads.get(clip).leave()
        assert downloads.get(clip).path(PATIENCE_S).read_bytes() == SOUND
