#!/bin/bash
{{ head("fetches the pretrained model once and packs it" if s.model.hub else "packs the pretrained model") }}
#
{% if s.model.hub %}
# Runs where you have a connection: your own machine, never a job. The program hf comes with
# "pip install huggingface_hub". For a gated model log in first: hf auth login
{% endif %}
{{ why("model") }}
set -euo pipefail
cd "$(dirname "$0")/.."

folder={{ s.model.folder | sh }}
archive=data/{{ s.model.file | sh }}
{% if s.model.hub %}
# Write a commit of the model's page here, and everybody gets the same weights for ever.
revision=main
{% endif %}

stop() {
    echo "get-model.sh: $*" >&2
    exit 1
}

{% include "room.inc" %}

[[ ! -e $archive ]] || stop "$archive is there already; for another model raise the version in its name"
{% if s.model.hub %}
command -v hf > /dev/null || stop "the program hf is missing: pip install huggingface_hub"
{% if model_room %}
# For the files, and for the archive of them.
want_room data {{ model_room | number }}
{% endif %}
mkdir -p "$folder"
hf download {{ s.model.hub | sh }} --revision "$revision" --local-dir "$folder"
{% else %}
own={{ a.model.rstrip("/") | sh }}
[[ -d $own ]] || stop "there is no folder $own"
if [[ ! -e $folder ]]; then
    mkdir -p "$(dirname "$folder")"
    ln -s "$(cd "$own" && pwd)" "$folder"
fi
{% endif %}

want_room data "$(du -skL "$folder" | cut -f 1)"
# Followed links, so that the archive holds the files; without the downloader's own records.
tar -chf "$archive.part" --exclude "$folder/.cache" "$folder"
mv "$archive.part" "$archive"
echo "get-model.sh: $archive holds $(du -k "$archive" | cut -f 1) KB"
