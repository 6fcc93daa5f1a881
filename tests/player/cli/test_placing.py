"""Placements from the command line, and when one is offered before a story."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from db.records import AnalyticsRecord
from db.store import Store
from player.cli import run
from player.cli.offering import placement_before
from player.cli.wiring import new_id, now, open_store
from player.library import open_story
from player.paths import Paths
from player.story.placements import offer_of
from player.tui.services import Settings

PIPE = ["--pace", "0", "--choices", "A,A"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of one's own."""
    monkeypatch.setenv("KAHANI_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


@pytest.fixture
def store() -> Iterator[Store]:
    with closing(open_store(Paths.find())) as opened:
        yield opened


def test_it_is_offered_in_the_language_of_the_story_until_that_was_answered(store: Store) -> None:
    before = partial(
        placement_before,
        "clever-crow",
        store=store,
        open_story=lambda slug: open_story(slug, store),
        known=(),
    )
    assert before(settings=Settings(language="ta")) == "placement-ta"
    assert before(settings=Settings(language="ta"), known={"ta"}) is None
    assert before(settings=Settings(language="hi")) == "placement-hi"

    answered = AnalyticsRecord(
        id=new_id(),
        created_at=now(),
        event_type="page_view",
        user_id=store.listener().id,
        event_data={"screen": offer_of("placement-hi")},
    )
    store.append([answered]).result()
    assert before(settings=Settings(language="hi")) is None
    assert before(settings=Settings(language="bn")) == "placement-bn"


def test_a_language_without_one_is_told_which_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["learner", "placement", "Klingon"]) == 2
    assert (
        "there is no placement for 'Klingon'; there is bn (Bengali), hi" in capsys.readouterr().err
    )


def test_line_by_line_a_clip_is_read_after_its_answer(capsys: pytest.CaptureFixture[str]) -> None:
    run(["play", "placement-it", "--plain", *PIPE])
    told = capsys.readouterr().out
    first, second = told.index("Clip 1 of 8."), told.index("Clip 2 of 8.")
    assert first < told.index("Choose 1 to 4") < told.index("You heard: ") < second
    assert "\nNarrator" not in told[first:]
    assert told.count("(not counted: too early, or no sound)") == told.count("You chose: ") == 2


def test_line_by_line_each_clip_that_is_not_heard_says_that_no_answer_counts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(["play", "placement-it", "--plain", *PIPE])
    told = capsys.readouterr().out
    lost = [f"Clip {number} cannot be heard, so no answer to it counts." for number in (1, 2)]
    assert [told.count(each) for each in lost] == [1, 1]
    assert told.index("Clip 1 of 8.") < told.index(lost[0]) < told.index("Choose 1 to 4")
    assert told.index("Clip 2 of 8.") < told.index(lost[1])


def test_a_program_is_told_of_each_clip_that_is_not_heard(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(["play", "placement-it", "--plain", "--json", *PIPE])
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    unheard = [(each["number"], each["total"]) for each in events if each["event"] == "unheard"]
    assert unheard[:2] == [(1, 8), (2, 8)]


def test_a_program_is_told_which_answers_counted(capsys: pytest.CaptureFixture[str]) -> None:
    run(["play", "placement-it", "--plain", "--json", *PIPE])
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["counted"] for each in events if each["event"] == "choice"] == [False, False]


def test_all_answers_can_be_given_beforehand(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["learner", "placement", "it", "--choices", "A,B,C,D,A,B,C,D"]
    assert run([*command, "--json", "--output", "silent", "--pace", "0"]) == 0
    events = [json.loads(line)["event"] for line in capsys.readouterr().out.splitlines()]
    assert (events.count("choice"), events[-2:]) == (8, ["finished", "believed"])


def test_answers_beforehand_are_for_those_without_a_screen(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["learner", "placement", "it", "--choices", "A"]) == 2
    assert "--choices goes with --plain." in capsys.readouterr().err


def test_a_program_reads_a_clip_with_its_answer_and_not_before(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    there, hand = os.pipe()
    os.write(hand, b"translation\nbookmark\nbookmarks\n1\nromanisation\n2\nq\n")
    os.close(hand)
    with os.fdopen(there, encoding="utf-8") as typed:
        monkeypatch.setattr("sys.stdin", typed)
        run(["learner", "placement", "it", "--json", "--output", "silent", "--pace", "0"])
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    choices = [each for each in events if each["event"] == "choice"]
    assert len(choices) == 2
    for choice in choices:
        told = json.dumps(events[: events.index(choice)])
        (node,) = (e for e in events if e.get("node_id") == choice["node_id"] and "node" in e)
        assert (node["withheld"], node["text"], node["lines"]) == (True, "", [])
        assert choice["heard"]["text"]
        assert choice["heard"]["text"] not in told
        assert all(line["text"] not in told for line in choice["heard"]["lines"])
        assert choice["text"] in {option["text"] for option in node["choices"]}
    assert events[-1]["event"] == "believed"
    assert (events[-1]["language"], events[-1]["points"]) == ("it", 0)


def test_there_is_no_way_back_to_a_clip_whose_words_were_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    there, hand = os.pipe()
    os.write(hand, b"1\nback\n")
    os.close(hand)
    with os.fdopen(there, encoding="utf-8") as typed:
        monkeypatch.setattr("sys.stdin", typed)
        run(["play", "placement-it", "--plain", "--output", "silent", "--pace", "0"])
    assert "so there is no way back to it" in "".join(capsys.readouterr())
