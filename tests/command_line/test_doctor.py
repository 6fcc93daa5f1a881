"""kahani doctor and locate: how it stands here, and where everything lies."""

from __future__ import annotations

import json
from pathlib import Path

from tests.command_line.homes import Home
from tests.faults.far_away import without_a_device


def test_the_doctor_finds_everything_well_and_speaks_json(home: Home) -> None:
    done = home.run("doctor", "--json")
    report = json.loads(done.stdout)
    assert {finding["name"] for finding in report["findings"]} >= {"libVLC", "store", "clips"}
    assert done.returncode == (0 if report["ok"] else 3)


def test_the_doctor_plays_a_moment_of_silence_and_says_that_nothing_takes_it(
    home: Home, tmp_path: Path
) -> None:
    home.env |= without_a_device(tmp_path)
    done = home.run("doctor", "--json")
    report = json.loads(done.stdout)
    (sound,) = (finding for finding in report["findings"] if finding["name"] == "sound")
    assert sound["state"] == "note"
    assert "connect one or start the sound server" in sound["text"]
    assert (done.returncode, report["ok"], done.stderr) == (0, True, "")


def test_the_doctor_speaks_to_people_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = Home(tmp_path / "file" / "home").run("doctor")
    assert done.returncode == 3
    assert "store" in done.stdout
    assert "Errno" not in done.stdout


def test_the_doctor_counts_entries_to_send_only_where_they_are_sent(home: Home) -> None:
    assert "to send" not in home.run("doctor").stdout
    home.env["DATABASE_URL"] = "postgresql://me@127.0.0.1:9/none"
    told = home.run("doctor").stdout
    assert "entries to send" in told
    assert ". Stories play all the same" in told


def test_locate_names_every_place_under_the_home(home: Home) -> None:
    places = dict(line.split(maxsplit=1) for line in home.run("locate").stdout.splitlines())
    assert places["store"] == str(home.folder / "data" / "kahani.sqlite")
