"""kahani play: every ending, each language, answers, places, and what goes on without help."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.command_line.homes import KAHANI, Home


@pytest.mark.parametrize(
    ("slug", "choices", "ending"),
    [
        ("clever-crow", "A,B,A,A,A", "end-share"),
        pytest.param("clever-crow", "A,B,A,A,B,C", "end-rain", marks=pytest.mark.slow),
        pytest.param("clever-crow", "A,B,C,A", "end-pond", marks=pytest.mark.slow),
        pytest.param("la-volpe-e-la-luna", "A,B,A,B", "fine-ciotola", marks=pytest.mark.slow),
        pytest.param("la-volpe-e-la-luna", "A,B,B", "fine-collina", marks=pytest.mark.slow),
        pytest.param("la-volpe-e-la-luna", "A,B,C", "fine-canto", marks=pytest.mark.slow),
        ("il-forno-alle-cinque", "", "episode"),
    ],
)
def test_every_ending_is_reached(new_home: Home, slug: str, choices: str, ending: str) -> None:
    home = new_home
    told = home.play(slug, choices)
    assert (told[-1]["event"], told[-1]["ending"]) == ("finished", ending)
    taken = [event["key"] for event in told if event["event"] == "choice"]
    assert taken == [key for key in choices.split(",") if key]
    written = home.rows(
        "SELECT json_extract(event_data, '$.choice') FROM analytics_events"
        " WHERE event_type = 'choice_made' ORDER BY created_at"
    )
    assert [key for (key,) in written] == taken
    assert home.rows("SELECT 1 FROM learner_model_state") == [(1,)]


@pytest.mark.parametrize(
    ("language", "mix", "first"),
    [
        pytest.param("ta", None, "ta", marks=pytest.mark.slow),
        ("hi", "0.3", "hi-mixed"),
        pytest.param("bn", None, "bn", marks=pytest.mark.slow),
        pytest.param("hi", "0.6", "hi-mixed", marks=pytest.mark.slow),
    ],
)
def test_a_story_is_told_with_sound_in_each_of_its_languages(
    home: Home, language: str, mix: str | None, first: str
) -> None:
    more = ["--language", language, *(["--mix", mix] if mix else [])]
    nodes = [e for e in home.play("clever-crow", "A,B,A,A,A", *more) if e["event"] == "node"]
    assert {node["language"] for node in nodes} == {first}
    assert all(node["audio"] for node in nodes)


def test_answers_may_be_typed_by_number_or_letter_and_a_wrong_one_is_asked_again(
    home: Home,
) -> None:
    done = home.run("play", "la-volpe-e-la-luna", "--plain", "--pace", "0", typed="9\n1\nB\n2\n")
    assert done.returncode == 0, done.stderr
    assert "there is no choice '9' here; there is 1 to 3, or A, B, C." in done.stdout
    assert "The end. Ending 1 of 3 found." in done.stdout


def first_node(told: list[dict[str, Any]]) -> str:
    return str(next(event["node"] for event in told if event["event"] == "node"))


def test_a_story_that_runs_out_of_answers_keeps_its_place_and_goes_on_there(home: Home) -> None:
    done = home.run("play", "clever-crow", "--plain", "--json", "--pace", "0", "--choices", "A,B")
    assert done.returncode == 2
    last = json.loads(done.stdout.splitlines()[-1])
    assert (last["event"], "what-to-do" in last["message"]) == ("error", True)
    told = home.play("clever-crow", "C,A")
    assert (told[0]["resumed"], first_node(told)) == (True, "what-to-do")
    assert told[-1]["ending"] == "end-pond"
    assert home.rows("SELECT count(*) FROM analytics_events WHERE event_type = 'choice_made'") == [
        (4,)
    ]


@pytest.mark.slow
def test_a_story_can_begin_at_a_node_or_at_its_start(home: Home) -> None:
    home.play("clever-crow", "A")
    assert first_node(home.play("clever-crow", "A,B,A,A,A", "--restart")) == "intro"
    told = home.play("clever-crow", "A", "--from", "turtle-choice")
    assert first_node(told) == "turtle-choice"


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://me:hunter2@127.0.0.1:9/none",
        pytest.param("postgresql://me:hunter2@[", marks=pytest.mark.slow),
        pytest.param("nonsense hunter2", marks=pytest.mark.slow),
    ],
)
def test_a_server_that_is_not_there_stops_no_story_and_its_password_is_never_shown(
    tmp_path: Path, address: str
) -> None:
    home = Home(tmp_path / "home", DATABASE_URL=address)
    published = home.run("import", "--remote")
    assert published.returncode == 3
    played = home.run("play", "clever-crow", "--plain", "--pace", "0", "--choices", "A,B,A,A,A")
    looked = home.run("doctor")
    for done in (published, played, looked):
        assert "hunter2" not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
    assert "The end." in played.stdout


@pytest.fixture
def deaf(tmp_path: Path) -> Home:
    return Home(tmp_path / "home", PYTHON_VLC_LIB_PATH="/nowhere/libvlc.so")


def test_without_libvlc_a_story_is_told_in_silence_with_a_notice(deaf: Home) -> None:
    with subprocess.Popen(
        [KAHANI, "play", "il-forno-alle-cinque", "--plain", "--json"],
        env=deaf.env,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        told = [json.loads(process.stdout.readline()) for _ in range(4)]
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 130
    assert [event["event"] for event in told] == ["notice", "opened", "mix_decided", "node"]
    assert "libvlc5" in told[0]["message"]


@pytest.mark.slow
def test_without_libvlc_asking_for_it_by_name_says_what_to_install(deaf: Home) -> None:
    done = deaf.run("play", "il-forno-alle-cinque", "--plain", "--json", "--output", "vlc")
    assert done.returncode == 3
    assert "libvlc5" in done.stderr
    assert deaf.run("doctor").returncode == 3


def test_nothing_is_left_behind_by_a_reader_that_goes_away(home: Home) -> None:
    process = subprocess.Popen(
        [KAHANI, "play", "clever-crow", "--plain", "--pace", "0", "--choices", "A"],
        env=home.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout
    assert process.stderr
    process.stdout.readline()
    process.stdout.close()
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()
    process.wait(60)
