"""What is believed is asked for by the screens while a worker finds it out: neither trips."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import pytest

from db.errors import StoreError
from db.records import LikeRecord
from db.store import Store
from player.cli.wiring import new_id, now
from player.learner.folding import State
from player.recording import beliefs as believing
from player.recording.beliefs import Beliefs
from player.recording.liking import Liking
from player.recording.recorder import Recorder

T = TypeVar("T")

AT_ONCE = 4
TURN_S = 0.02
"""How long a thread that comes to a crossing lets the others come there too."""

LIKE = LikeRecord(content_id="well:hi", session_id="a sitting", liked=True, reaction_type="love")


class Hesitant(Future[object]):
    """Says that it is done, and lets others ask before anything is made of it."""

    def done(self) -> bool:
        is_done = super().done()
        time.sleep(TURN_S)
        return is_done


def at_once(ask: Callable[[], T]) -> list[T]:
    """Ask from several threads at once."""
    ready = threading.Barrier(AT_ONCE)

    def asked() -> T:
        ready.wait(60)
        return ask()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [each.result(60) for each in [pool.submit(asked) for _ in range(AT_ONCE)]]


def test_what_was_found_out_is_taken_up_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(believing, "Future", Hesitant)
    beliefs = Beliefs(store, "a sitting", now=now)
    beliefs.refresh("beginner", patience_s=60)
    assert at_once(lambda: beliefs.state) == [State()] * AT_ONCE


def test_a_like_may_turn_out_unwritten_while_it_is_taken_up(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, events = threading.Event(), store.behaviors()
    monkeypatch.setattr(store, "behaviors", lambda: events if gate.wait(60) else ())
    beliefs = Beliefs(store, "a sitting", now=now)
    beliefs.refresh("beginner", patience_s=0)
    beliefs.follow([LIKE])
    refused: Future[None] = Future()
    refused.set_exception(StoreError("the disk is full."))
    monkeypatch.setattr(Liking, "react", lambda *_: beliefs.written(refused))
    gate.set()
    beliefs.refresh("beginner", patience_s=60)
    assert beliefs.state is not None
    assert beliefs.is_doubtful


def test_there_is_one_belief_whoever_asks_first(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Beliefs] = []

    class Slow(Beliefs):
        def __init__(self, *given: Any, **named: Any) -> None:
            time.sleep(TURN_S)
            super().__init__(*given, **named)
            made.append(self)

    monkeypatch.setattr(believing, "Beliefs", Slow)
    recorder = Recorder(store, now=now, new_id=new_id, device="sofa", program="test")
    found = at_once(lambda: recorder.beliefs)
    assert made == [recorder.beliefs]
    assert found == made * AT_ONCE
