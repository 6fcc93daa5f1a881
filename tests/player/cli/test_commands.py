"""What the command line answers where no command was named."""

from __future__ import annotations

import pytest

from player.cli import run


@pytest.mark.parametrize("group", ["bundle", "cache", "db", "studio"])
def test_a_group_alone_tells_its_commands_line_by_line(
    group: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([group]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert f"Usage: kahani {group}" in told.err.splitlines()[0]
    assert "Commands:" in told.err.splitlines()


@pytest.mark.parametrize("group", ["", "bundle", "cache", "db", "learner", "studio", "sync"])
def test_no_command_is_told_in_half_a_sentence(
    group: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*group.split(), "--help"]) == 0
    commands = capsys.readouterr().out.partition("Commands:")[2].splitlines()
    assert commands
    assert not [line for line in commands if line.endswith("...")]


@pytest.mark.parametrize(
    ("option", "value", "known"),
    [
        ("--mix", "3", "a number from 0 to 1, not 3."),
        ("--mix", "half", "a number from 0 to 1, not half."),
        ("--speed", "nan", "a number from 0.5 to 2, not nan."),
        ("--pace", "-1", "a number 0 or more, not -1."),
        ("--pace", "inf", "a number 0 or more, not inf."),
    ],
)
def test_a_number_that_is_not_allowed_is_told_in_words(
    option: str, value: str, known: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["play", "clever-crow", option, value]) == 2
    assert capsys.readouterr().err == f"kahani: Invalid value for '{option}': it is {known}\n"
