"""Whether clips would come is asked of their host, and what it does alone is measured."""

from __future__ import annotations

import threading

import pytest

from player.audio.fetch import Addresses
from player.audio.fetch.exchange import Exchange
from player.audio.fetch.probing import probe
from tests.player.audio.misbehaving import Server, clip_of, sound_of

SOUND = sound_of("crow")


def test_what_it_takes_to_make_a_client_is_no_delay_of_the_host(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Server(lambda call: call.sound(SOUND))
    made_in: list[threading.Thread] = []

    class Noted(Exchange):
        def __init__(self, *arguments: object, **more: object) -> None:
            made_in.append(threading.current_thread())
            super().__init__(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("player.audio.fetch.exchange.Exchange", Noted)
    try:
        assert probe(Addresses(), clip_of("crow", SOUND, server.url), wait_s=60) == "127.0.0.1"
    finally:
        server.close()
    assert made_in == [threading.current_thread()]  # the other thread's time is counted
