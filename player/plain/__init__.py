"""The plain mode: a story line by line, without a screen."""

from player.plain.answers import Answers
from player.plain.objects import JsonTeller
from player.plain.placing import OfPlacement, PlacementObjects, PlacementTeller
from player.plain.player import PlainPlayer
from player.plain.tellers import Teller, readable

__all__ = [
    "Answers",
    "JsonTeller",
    "OfPlacement",
    "PlacementObjects",
    "PlacementTeller",
    "PlainPlayer",
    "Teller",
    "readable",
]
