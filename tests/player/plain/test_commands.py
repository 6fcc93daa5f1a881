"""What is typed is understood: by word, by letter, and what comes near is guessed."""

from __future__ import annotations

from collections import Counter

import pytest

from player.errors import UsageError
from player.plain.commands import COMMANDS, Order, is_answer, nearest, parse
from player.plain.manual import manual, unknown


@pytest.mark.parametrize(
    ("line", "word", "argument"),
    [
        ("r", "again", ""),
        ("R", "slow", ""),
        ("Again", "again", ""),
        ("  t ", "translation", ""),
        ("T", "translations", ""),
        ("L ta", "language", "ta"),
        ("LANGUAGE hi-mixed", "language", "hi-mixed"),
        ("mix 30", "mix", "30"),
        ("x", "more", ""),
        ("X", "less", ""),
        ("b  the crow is thirsty ", "bookmark", "the crow is thirsty"),
        ("B", "bookmarks", ""),
        ("go 2", "go", "2"),
        (",", "previous", ""),
        (".", "next", ""),
        ("[", "slower", ""),
        ("\\", "normal", ""),
        ("+", "louder", ""),
        ("p", "p", ""),
        ("P on", "wait", "on"),
        ("a", "auto", ""),
        ("S 20", "sleep", "20"),
        ("i", "where", ""),
        ("U", "undo", ""),
        ("?", "help", ""),
        ("? sleep", "help", "sleep"),
        ("?sleep", "help", "sleep"),
        ("Z", "romans", ""),
        ("Q", "quit", ""),
    ],
)
def test_a_command_is_known_by_its_word_in_any_case_and_by_its_letter_as_it_is(
    line: str, word: str, argument: str
) -> None:
    assert parse(line) == Order(word, argument)


@pytest.mark.parametrize("line", ["", "A", "1", "trnslate", "r2", "गिलहरी"])
def test_a_line_that_names_no_command_is_none(line: str) -> None:
    assert parse(line) is None


def test_no_two_commands_share_a_form() -> None:
    forms = Counter(form for c in COMMANDS.values() for form in (c.word, *c.forms))
    assert [form for form, count in forms.items() if count > 1] == []


@pytest.mark.parametrize(
    ("line", "near"),
    [("trnslate", "translate"), ("bokmark here", "bookmark"), ("zzzzzz", None), ("k", None)],
)
def test_the_nearest_command_is_named(line: str, near: str | None) -> None:
    assert nearest(line) == near
    assert (f"Did you mean {near}?" in unknown(line)) is bool(near)


@pytest.mark.parametrize(
    ("line", "waits"),
    [("1", True), ("a", True), ("B", True), ("q", True), ("bookmarks", False), ("t", False)],
)
def test_a_line_of_a_pipe_waits_where_it_could_answer_a_choice(line: str, waits: bool) -> None:
    assert is_answer(line, {"A", "B"}) is waits


def test_the_help_names_every_command_and_explains_each() -> None:
    listed = " ".join(manual().words.split())
    for command in COMMANDS.values():
        assert command.word in listed
        assert command.does in manual(command.word).words
    assert max(len(line) for line in manual().words.splitlines()) < 80


def test_the_help_calls_signs_by_their_names() -> None:
    assert "Also: comma." in manual(",").words
    assert "next or full stop" in " ".join(manual().words.split())


def test_help_for_what_is_no_command_says_so() -> None:
    with pytest.raises(UsageError, match="Did you mean sleep"):
        manual("slep")
