"""Fault 23 for fetching: keys and signed addresses are found nowhere, whatever the server does."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from player.audio import r2
from player.audio.cache import ClipCache
from player.audio.clips import ClipShelf
from player.audio.fetch import Addresses, Downloads
from player.audio.fetched import FetchedClips
from player.errors import KahaniError
from tests.player.audio import behaviours
from tests.player.audio.fetching import Waits, brief
from tests.player.audio.misbehaving import Call, Server, clip_of, sound_of

CANARY, KEY_ID, ACCOUNT = "canary0secret0canary", "canary0key0id", "canary0account"
SOUND = sound_of("crow", 60_000)


def echo(call: Any, _: bytes) -> None:
    call.answer("403 " + call.path, call.path.encode(), f"X-Echo: {call.path}")


def redirect_with_all(call: Any, _: bytes) -> None:
    call.answer("302 Found", b"", f"Location: https://elsewhere.example{call.path}")


WAYS: dict[str, Callable[[Any, bytes], object]] = {
    "well": lambda call, sound: call.sound(sound),
    "echoes": echo,
    "redirects": redirect_with_all,
    "redirects nowhere": lambda c, _: c.answer("302 Found", b"", f"Location: http://[{c.path}"),
    "is down": behaviours.status("500 Down"),
    "garbage": behaviours.garbage,
    "resets": behaviours.reset_in_body,
    "stalls": behaviours.stall_in_body,
    "not found": behaviours.status("404 Not Found"),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_key_and_no_signature_is_in_any_log_error_or_file(
    way: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)

    def behave(call: Call) -> object:
        return WAYS[way](call, SOUND)

    server = Server(behave)
    addresses = Addresses.from_environment(
        {r2.ACCOUNT: ACCOUNT, r2.ENDPOINT: server.url, r2.KEY_ID: KEY_ID, r2.SECRET: CANARY}
    )
    told: list[str] = []
    cache = ClipCache(tmp_path / "cache", tell=told.append)
    downloads = Downloads(cache, addresses, patience=brief(tries=2), pause=Waits())
    clips = FetchedClips(ClipShelf([]), cache, downloads, addresses)
    clip = clip_of("intro", SOUND, "r2://kahani/clips/intro.mp3")
    found = ""
    try:
        clips.path_for(clip)
    except KahaniError as error:
        found = "".join(traceback.format_exception(error))
    found += repr((addresses, downloads, clips, downloads.get(clip), addresses.target(clip.url)))
    clips.close()
    server.close()
    signatures = re.findall(r"X-Amz-Signature=(\w+)", " ".join(c.path for c in server.calls))
    assert len(signatures) >= 1
    out = capfd.readouterr()
    found += "".join((caplog.text, out.out, out.err, *told))
    for path in tmp_path.rglob("*"):
        found += path.name + (path.read_text("latin-1") if path.is_file() else "")
    for secret in (CANARY, KEY_ID, ACCOUNT, "X-Amz", *signatures):
        assert secret not in found


def test_keys_are_not_shown_by_repr() -> None:
    keys = r2.Keys.from_environment({r2.ACCOUNT: ACCOUNT, r2.KEY_ID: KEY_ID, r2.SECRET: CANARY})
    assert keys is not None
    assert keys.endpoint == f"https://{ACCOUNT}.r2.cloudflarestorage.com"
    assert "canary" not in repr((keys, r2.Signer(keys), Addresses(keys=keys)))


def test_each_of_the_keys_is_needed() -> None:
    whole = {r2.ACCOUNT: ACCOUNT, r2.KEY_ID: KEY_ID, r2.SECRET: CANARY}
    for name in whole:
        assert r2.Keys.from_environment({**whole, name: " "}) is None


def test_credentials_of_another_service_in_the_environment_are_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID", "AWS_ENDPOINT_URL", "AWS_REGION"):
        monkeypatch.setenv(name, "another")
    keys = r2.Keys("http://127.0.0.1:9", KEY_ID, CANARY)
    signed = r2.Signer(keys).sign("kahani", "clips/a b.mp3")
    assert signed.startswith("http://127.0.0.1:9/kahani/clips/a%20b.mp3?X-Amz-Algorithm=")
    assert "another" not in signed
    assert f"{KEY_ID}%2F" in signed


def test_a_key_that_nothing_can_be_signed_with_is_not_shown(tmp_path: Path) -> None:
    addresses = Addresses.from_environment(
        {r2.ENDPOINT: f"nonsense {CANARY}", r2.KEY_ID: KEY_ID, r2.SECRET: CANARY}
    )
    downloads = Downloads(ClipCache(tmp_path), addresses, patience=brief(tries=1))
    download = downloads.get(clip_of("intro", SOUND, "r2://kahani/clips/intro.mp3"))
    with pytest.raises(KahaniError) as failure:
        download.path(30)
    downloads.close()
    assert "canary" not in "".join(traceback.format_exception(failure.value))
