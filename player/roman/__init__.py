"""Story text in Latin letters: for reading where no Indic script shows, and for searching.

The scheme is ISO 15919, with what a reader of each language expects of it:

- Hindi drops the vowel no one speaks (kamal, laṛkā, samajhnā) and writes plain e and o. The dot
  is the nasal of the stop after it (hindī), else ṁ (meṁ, saṁsār); the moon-dot a tilde (hãsnā,
  mā̃), as ISO has it for nasal vowels. Foreign sounds are q, ḵh, ġ, z, ž, f; ê and ô stand for
  the English vowels (ôfis).
- Tamil is letter by letter, ē and ō long, e and o short, ḵ for the aytham; no voicing is guessed.
- Bengali keeps the letters and writes the inherent vowel, always as a, where it is spoken (kāk,
  karla, deha, galpa). য is y and য় ẏ; ব under another consonant is v; অ্যা is ê; a tilde as in
  Hindi. A short i or u after an inherent a has two dots (baï), where it is no diphthong ai.

No kept library does this. On the word lists in the tests, accents and spelling choices left aside,
aksharamukha 2.3 reads 133 of 193 Hindi, 73 of 74 Tamil and 121 of 233 Bengali words rightly, takes
0.4 s to import and 90 MB with what it needs; uroman 1.3 83, 48 and 99; ICU 58, 70 and 102;
indic-transliteration 2.3 58, 29 and 80. Our tables read them all, take 20 ms to import, and of
frequent words they had not met about one in a hundred is read with a vowel too many or too few.
"""

from player.roman.running import romanised
from player.roman.searching import search_key, sought, typed_key

__all__ = ["romanised", "search_key", "sought", "typed_key"]
