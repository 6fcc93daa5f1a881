"""A story and an episode as their authors write them, with clips and their times."""

from __future__ import annotations

import json
from pathlib import Path

STORY = """\
format: 1
slug: two-ways
age_range: 4-8
region: pan-indian
moral: Choose
credits: Told by us
source_language: en
editions:
  hi: {title: दो रास्ते, description: कहानी, genre: folk tale, topic: roads,
       difficulty_score: 0.35, locale: hi-IN}
  hi-mixed: {title: दो ways, format: educational, difficulty: discourse-heavy}
characters:
  dadi: {name: Dadi, voice_profile: warm, bulbul_speaker: meera, description: Grandmother}
start: fork
nodes:
  fork:
    type: choice
    character: dadi
    text: {en: Which?, hi: कौन सा?, hi-mixed@0.30: कौन सा way?, hi-mixed@0.60: Which रास्ता?}
    say: {hi: कौन सा}
    choices:
      A: {text: {en: Left, hi: बायाँ}, next: left, correct: true, default: true, set: [went-left]}
      B: {text: {en: Right, hi: दायाँ}, next: left, correct: false}
  left: {type: dialogue, character: dadi, text: {en: Left, hi: बायाँ}, set: [tired], next: rest}
  rest:
    type: choice
    text: {en: "And?\\n\\nWell?", hi: फिर?}
    choices:
      A: {text: {en: Stop, hi: रुको}, next: end, needs: [tired]}
      B: {text: {en: On, hi: चलो}, next: end, unless: [went-left]}
  end: {type: end, was: finish, text: {en: "The end", hi: "'समाप्त'"}}
"""


EPISODE = """\
format: 1
slug: il-mercato
language: it
title: Il mercato
kind: podcast
age_range: 12-99
region: italia
series: {id: passeggiate, episode: 3}
speaker: {name: Nico, voice_profile: warm, bulbul_speaker: nico}
text: |
  Il mercato apre presto.

  Andiamo!
say: Il mercato apre presto. Andiamo.
translation: {en: The market opens early.}
"""


TIMES = {
    "format": 1,
    "duration_ms": 1234,
    "sentences": [[0, 6, 90, 1100]],
    "words": [[0, 3, 90, 500], [4, 6, 510, 1100]],
}


def write_clip(folder: Path, name: str, sound: bytes = b"sound") -> None:
    path = folder / "audio" / f"{name}.mp3"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(sound)
    path.with_suffix(".json").write_text(json.dumps(TIMES))
