"""A wrong clock: what is signed is signed once again by the time that the server tells."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from player.audio.cache import ClipCache
from player.audio.fetch import Addresses, ClipNotFetchedError, Downloads
from player.audio.r2 import Keys, ServerClock
from tests.player.audio.fetching import Waits, patient
from tests.player.audio.misbehaving import Behaviour, Call, Server, clip_of, sound_of
from tests.player.audio.s3_like import date_at, is_now

SOUND = sound_of("crow", 60_000)
HOUR = 3_600.0


def signed_now(call: Call) -> bool:
    found = re.search(r"X-Amz-Date=(\w+)", call.path)
    assert found
    return is_now(found[1])


def refuse(call: Call, code: str, at: float, status: str) -> object:
    body = f"<Error><Code>{code}</Code></Error>".encode()
    call.answer(status, body, date_at(at), "Content-Type: application/xml")
    return True


def fetch(behaviour: Behaviour, folder: Path, now: Callable[[], float], *names: str) -> int:
    """Fetch clips one after the other; return how many requests that took."""
    server = Server(behaviour)
    addresses = Addresses(keys=Keys(server.url, "id", "canary-secret"), clock=ServerClock(now))
    downloads = Downloads(
        ClipCache(folder), addresses, patience=patient(tries=6), pause=Waits()
    )  # fmt: skip
    try:
        for name in names:
            clip = clip_of(name, SOUND + name.encode(), f"r2://kahani/clips/{name}.mp3")
            assert downloads.get(clip).path(30).is_file()
    finally:
        downloads.close()
        server.close()
    return len(server.calls)


@pytest.mark.parametrize("status", ["400 Bad Request", "403 Forbidden"])
@pytest.mark.parametrize("code", ["RequestTimeTooSkewed", "ExpiredRequest", "AccessDenied"])
@pytest.mark.parametrize("off", [HOUR, -HOUR, 8_760 * HOUR, -8_760 * HOUR])
def test_one_refusal_corrects_all_that_is_signed_later(
    *, status: str, code: str, off: float, tmp_path: Path
) -> None:
    def behave(call: Call) -> object:
        if not signed_now(call):
            return refuse(call, code, time.time(), status)
        name = call.path.rpartition("/")[2].partition(".")[0]
        call.sound(SOUND + name.encode())
        return True

    assert fetch(behave, tmp_path, lambda: time.time() + off, "a", "b", "c") == 4


def test_keys_that_are_refused_at_the_right_time_are_asked_with_once(tmp_path: Path) -> None:
    calls: list[Call] = []

    def behave(call: Call) -> object:
        calls.append(call)
        return refuse(call, "AccessDenied", time.time(), "403 Forbidden")

    with pytest.raises(ClipNotFetchedError, match="Check the R2 keys"):
        fetch(behave, tmp_path, time.time, "a")
    assert len(calls) == 1


def test_a_server_that_tells_another_time_each_time_is_asked_twice(tmp_path: Path) -> None:
    calls: list[Call] = []

    def behave(call: Call) -> object:
        calls.append(call)
        at = time.time() + 86_400 * 10 * len(calls)
        return refuse(call, "RequestTimeTooSkewed", at, "403 Forbidden")

    with pytest.raises(ClipNotFetchedError, match=r"clock is 10 days behind.*Set the clock"):
        fetch(behave, tmp_path, time.time, "a")
    assert len(calls) == 2
