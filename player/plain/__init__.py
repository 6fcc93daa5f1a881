"""The linear mode: a story line by line, without a screen."""

from player.plain.answers import Answers
from player.plain.player import PlainPlayer
from player.plain.tellers import JsonTeller, Teller

__all__ = ["Answers", "JsonTeller", "PlainPlayer", "Teller"]
