"""Story text in Latin letters: for reading where no Indic script shows, and for searching.

The scheme is ISO 15919 with the letters a reader of each language expects.
"""

from player.roman.running import romanised
from player.roman.searching import search_key, typed_key

__all__ = ["romanised", "search_key", "typed_key"]
