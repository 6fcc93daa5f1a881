"""A wrong wish gets one line that says what there is."""

from __future__ import annotations

import pytest

from tests.command_line.homes import Home


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["play", "clever-cow", "--plain"], "Did you mean clever-crow?"),
        (["play", "clever-crow", "--plian"], "there is --language"),
        (["plya", "clever-crow"], "there is bundle, cache, check"),
        ([], "needs a terminal"),
        *(
            pytest.param(arguments, said, marks=pytest.mark.slow)
            for arguments, said in (
                (["play", "clever-crow", "--plain", "--language", "fr"], "it speaks"),
                (
                    ["play", "clever-crow", "--plain", "--from", "moon"],
                    "has no node 'moon'; it has intro",
                ),
                (
                    ["play", "clever-crow", "--plain", "--output", "radio"],
                    "there is vlc, silent, wav:FILE",
                ),
                (
                    ["play", "clever-crow", "--plain", "--output", "radio", "--pace", "0"],
                    "there is no out",
                ),
                (
                    ["play", "clever-crow", "--plain", "--output", "wav:a", "--pace", "0"],
                    "leave --pace out",
                ),
                (
                    ["play", "clever-crow", "--plain", "--speed", "9"],
                    "it is a number from 0.5 to 2, not 9",
                ),
                (["import"], "kahani import my-story"),
                (["export", "nothing"], "There is: clever-crow"),
            )
        ),
    ],
)
def test_a_wrong_wish_gets_one_line_that_says_what_there_is(
    home: Home, arguments: list[str], said: str
) -> None:
    done = home.run(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
