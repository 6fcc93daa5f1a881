"""What counts: what is set on this machine, else what the listener preferred, else the usual."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.records import PreferencesRecord
from player.cli.preferring import ELSEWHERE, Keeper, as_preferences, named_in, preferred
from player.config import Config, settle
from player.config_writing import NotKeptError
from player.errors import UsageError
from player.preferences import Preferences

STORED = Preferences(level="advanced", speed=1.3, genres=("drama",))


def test_what_is_named_here_goes_over_what_is_preferred_elsewhere() -> None:
    config = Config(speed=0.8, level="beginner")
    assert preferred(config, {"speed"}, STORED) == Preferences(
        level="advanced", speed=0.8, genres=("drama",)
    )


def test_where_nobody_knows_more_what_is_not_as_usual_counts_as_named() -> None:
    assert named_in(Config(speed=0.8, genres=("drama",))) == {"speed", "genres"}


def test_a_record_that_makes_no_sense_is_as_usual() -> None:
    record = PreferencesRecord(id="1", difficulty_preference="expert", playback_speed=9.0)
    assert as_preferences(record) == Preferences()
    assert as_preferences(None) == Preferences()


def test_the_settings_tell_where_each_value_comes_from(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("volume = 70\n")
    keeper = Keeper(settle(path, {"KAHANI_SPEED": "1.3"}))
    keeper.present = lambda: {"level": "advanced", "volume": 70, "speed": 1.3}
    assert keeper.settings.level == "advanced"
    assert keeper.settings.sources == {
        "level": ELSEWHERE,
        "volume": "config.toml",
        "speed": "KAHANI_SPEED",
    }
    assert keeper.settings.held == {"speed"}


async def test_what_is_changed_is_in_the_file(tmp_path: Path) -> None:
    keeper = Keeper(settle(tmp_path / "config.toml", {}))
    await keeper.save("genres", ("drama",))
    await keeper.save("keys", {"listening.like": ("h",), "app.help": ("f1",)})
    await keeper.save("keys", {"app.help": ("f1",)})
    found = settle(tmp_path / "config.toml", {})
    assert found.config == Config(genres=("drama",), keys={"app.help": ("f1",)})
    assert found.named == {"genres", "keys"}


async def test_what_the_environment_holds_is_refused(tmp_path: Path) -> None:
    keeper = Keeper(settle(tmp_path / "config.toml", {"KAHANI_SPEED": "1.3"}))
    with pytest.raises(UsageError, match="KAHANI_SPEED holds this"):
        await keeper.save("speed", 1.0)
    assert keeper.settings.speed == 1.3


async def test_what_cannot_be_written_holds_for_this_sitting(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("volume = 70\n")
    path.chmod(0o444)
    keeper = Keeper(settle(path, {}))
    with pytest.raises(NotKeptError, match="read-only"):
        await keeper.save("theme", "kahani-day")
    assert keeper.settings.theme == "kahani-day"
    assert keeper.settings.sources["theme"] == "until you leave"
    assert path.read_text() == "volume = 70\n"


async def test_a_file_that_became_invalid_meanwhile_is_named_and_left(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    keeper = Keeper(settle(path, {}))
    path.write_text("volume = 700\n")
    with pytest.raises(UsageError, match="volume = 700 is not allowed"):
        await keeper.save("theme", "kahani-day")
    assert keeper.settings.theme == "kahani-day"
    assert path.read_text() == "volume = 700\n"
