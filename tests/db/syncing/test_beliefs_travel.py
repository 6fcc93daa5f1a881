"""Machines that pulled what the others sent believe the same of their listener, to the byte."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from db.types import now
from player.learner.folding import fold
from player.recording.beliefs import trace_of
from tests.player.learner.listening import TRAITS

if TYPE_CHECKING:
    from db.records import BehaviorRecord
    from tests.db.machines import Machine, Machines


def listen(machine: Machine, *, is_right: bool, peeks: bool) -> None:
    """Hear a passage out, perhaps with a look at its translation, and answer."""
    answer = {"correct": is_right, "options": 3, "right_options": 1, "answer_ms": 2417}
    deeds: list[tuple[str, float, dict[str, Any]]] = [
        ("play", 0.0, {}),
        *([("translation_shown", 5.25, {})] if peeks else []),
        ("complete", 10.07, answer),
    ]
    events: list[BehaviorRecord] = [
        machine.make.played(
            event_type=kind,
            playback_position=at,
            duration=10.07,
            content_characteristics={**TRAITS, "difficulty_score": 0.37, "level": "beginner"},
            device_info={"device": "its name"},
            context=context or None,
            sequence=number,
        )
        for number, (kind, at, context) in enumerate(deeds)
    ]
    machine.store.append([machine.make.session(), *events]).result()


def believed(machine: Machine) -> str:
    events = map(trace_of, machine.store.behaviors())
    state = fold(events, level="intermediate", now=now() + timedelta(days=1))
    return json.dumps(state.to_json(), sort_keys=True)


def test_what_is_believed_is_the_same_on_every_machine(new_machine: Machines) -> None:
    laptop, desk = new_machine("laptop"), new_machine("desk")
    laptop.exchange()
    desk.exchange()
    desk.sit_down()
    listen(laptop, is_right=True, peeks=False)
    listen(desk, is_right=False, peeks=True)
    laptop.sit_down()
    listen(laptop, is_right=True, peeks=True)
    assert believed(laptop) != believed(desk)

    for machine in (laptop, desk, laptop):
        machine.exchange()

    assert believed(laptop) == believed(desk)
    assert json.loads(believed(desk))["hi"]["points"] == 3
