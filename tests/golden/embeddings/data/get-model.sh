#!/bin/bash
# data/get-model.sh: fetches the pretrained model once and packs it
# Made by htc-planner 0.1.0 for OSPool; newest source read 2026-11-23. Make it again with:
# planner plan answers.toml --out FOLDER
#
# Runs where you have a connection: your own machine, never a job. The program hf comes with
# "pip install huggingface_hub". For a gated model log in first: hf auth login
# It travels to each job and stands there as models/all-MiniLM-L6-v2. A token for a gated
# model is used there and in no job. [weights-staged-once]
set -euo pipefail
cd "$(dirname "$0")/.."

folder=models/all-MiniLM-L6-v2
archive=data/all-MiniLM-L6-v2-v1.tar
# Write a commit of the model's page here, and everybody gets the same weights for ever.
revision=main

stop() {
    echo "get-model.sh: $*" >&2
    exit 1
}

# Stop where less than $2 KB are free in folder $1.
want_room() {
    local free
    free=$(df -Pk "$1" | awk 'NR == 2 { print $4 }')
    [[ $2 -le $free ]] || stop "this needs about $2 KB, and $free KB are free here"
}

[[ ! -e $archive ]] || stop "$archive is there already; for another model raise the version in its name"
command -v hf > /dev/null || stop "the program hf is missing: pip install huggingface_hub"
# For the files, and for the archive of them.
want_room data 184320
mkdir -p "$folder"
hf download sentence-transformers/all-MiniLM-L6-v2 --revision "$revision" --local-dir "$folder"

want_room data "$(du -skL "$folder" | cut -f 1)"
# Followed links, so that the archive holds the files; without the downloader's own records.
tar -chf "$archive.part" --exclude "$folder/.cache" "$folder"
mv "$archive.part" "$archive"
echo "get-model.sh: $archive holds $(du -k "$archive" | cut -f 1) KB"
