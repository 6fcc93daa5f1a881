"""Seeking in a clip that is still coming: within what is here, and beyond it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from player.audio.output import ClipFinished, ClipLoading, ClipRecovered, ClipStarted
from tests.player.audio.street import Gate, Street, play, until

if TYPE_CHECKING:
    from tests.player.audio.conftest import Hearing, Room, Sample, WaitUntil

pytestmark = pytest.mark.slow


def test_within_what_has_come_one_can_seek(
    room: Room, rise: Sample, street: Street, hearing: Hearing, wait_until: WaitUntil
) -> None:
    gate = Gate(rise.path.read_bytes(), share=0.8)
    street.open(gate)
    room.told.at_once(ClipStarted, lambda: room.output.seek(900))
    play(room, 1, rise, street.get(rise))
    until(room, ClipStarted)
    wait_until(lambda: room.output.position_ms() > 900)  # it stands there until it is heard
    gate.opened.set()
    assert room.told.end() == ClipFinished(1)
    places = [rise.place_ms(hz) for _, hz in hearing.pitches(room.heard())]
    assert max(places) > 1800
    assert any(850 < place < 1200 for place in places)
    assert not any(600 < place < 850 for place in places)
    assert len(street.server.calls) == 1


def test_a_seek_beyond_what_has_come_waits_there_and_can_be_taken_back(
    room: Room, rise: Sample, street: Street, hearing: Hearing
) -> None:
    gate = Gate(rise.path.read_bytes())
    street.open(gate)
    room.told.at_once(ClipStarted, lambda: room.output.seek(1700))
    play(room, 1, rise, street.get(rise))
    until(room, ClipStarted)
    *_, loading = until(room, ClipLoading)
    assert loading == ClipLoading(1, 50)
    assert room.output.position_ms() == 1700
    at_ms: list[int] = []
    room.told.at_once(ClipRecovered, lambda: at_ms.append(room.output.position_ms()))
    room.told.at_once(ClipRecovered, lambda: room.output.seek(1700))
    room.output.seek(200)
    until(room, ClipRecovered)
    assert at_ms[0] < 500
    until(room, ClipLoading)
    gate.opened.set()
    until(room, ClipRecovered)
    assert room.told.end() == ClipFinished(1)
    places = [rise.place_ms(hz) for _, hz in hearing.pitches(room.heard())]
    assert any(1650 < place < 1800 for place in places)
    assert not any(900 < place < 1600 for place in places)
    assert len(street.server.calls) == 1


def test_one_can_begin_beyond_what_has_come(room: Room, rise: Sample, street: Street) -> None:
    gate = Gate(rise.path.read_bytes())
    street.open(gate)
    at_ms: list[int] = []
    room.told.at_once(ClipStarted, lambda: at_ms.append(room.output.position_ms()))
    play(room, 1, rise, street.get(rise), start_ms=1700)
    until(room, ClipLoading)
    gate.opened.set()
    until(room, ClipStarted)
    assert 1600 < at_ms[0] < 1900
    assert room.told.end() == ClipFinished(1)
