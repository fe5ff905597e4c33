#!/bin/bash
# try-local.sh: runs the first task on this machine, briefly
# Made by htc-planner 0.1.0 for OSPool; newest source read 2026-11-23. Make it again with:
# planner plan answers.toml --out FOLDER
#
# In the image, if it lies here and Apptainer is installed; else with this machine's own
# software. Works in a new folder, try-local.*, and leaves it there for you to look at.
# shellcheck disable=SC2016  # a dollar sign in an answer is meant as one
set -euo pipefail
cd "$(dirname "$0")"

# An access point serves everybody at once: nothing is computed there.
if [[ -z ${TRY_HERE:-} && $(condor_config_val DAEMON_LIST 2> /dev/null || true) == *SCHEDD* ]]; then
    echo "try-local.sh: this is an access point: try it on your own machine, or submit test.sub" >&2
    echo "try-local.sh: if it is yours alone: TRY_HERE=1 ./try-local.sh" >&2
    exit 110
fi
# So that run.sh knows that it is meant.
export TRY_HERE=1

for file in run.sh jobs.csv embed.py; do
    if [[ ! -e $file ]]; then
        echo "try-local.sh: $file is missing in $PWD" >&2
        exit 1
    fi
done
part=parts/sample.jsonl
if [[ ! -e $part ]]; then
    echo "try-local.sh: cut the list first: ./split.sh" >&2
    exit 1
fi
model=models/all-MiniLM-L6-v2
if [[ ! -e $model ]]; then
    echo "try-local.sh: get the model first: data/get-model.sh" >&2
    exit 1
fi

folder=$(mktemp -d try-local.XXXXXX)
# With tar, so that files keep their folders.
tar -cf - run.sh jobs.csv embed.py "$part" | tar -xf - -C "$folder"
# Not copied: it is large, and nothing writes to it.
model=$PWD/$model
image=$PWD/container/embeddings-v1.sif
cd "$folder"
if [[ -e $image ]] && command -v apptainer > /dev/null; then
    # As on the pool: nothing of this machine but the folder; the card, if there is one.
    card=()
    if [[ -e /dev/nvidiactl ]]; then card=(--nv); fi
    mkdir -p models/all-MiniLM-L6-v2
    apptainer exec "${card[@]+"${card[@]}"}" --containall --env TRY_HERE=1 --no-home --scratch /tmp --scratch /var/tmp \
        --bind "$PWD" --bind "$model:$PWD/"models/all-MiniLM-L6-v2 --pwd "$PWD" "$image" /bin/bash run.sh sample --batch 8
    exit
fi
echo "try-local.sh: no $image or no apptainer here: trying with this machine's own software"
mkdir -p models
ln -s "$model" models/all-MiniLM-L6-v2
/bin/bash run.sh sample --batch 8
