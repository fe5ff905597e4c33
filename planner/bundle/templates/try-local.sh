#!/bin/bash
{{ head("runs the first task on this machine, briefly") }}
#
# In the image, if it {{ ("is here and Docker" if s.docker_tag else "lies here and Apptainer") | trusted }} is installed; else with this machine's own
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

for file in run.sh {{ paths.inputs | map("trim_slash") | sh_words }}; do
    if [[ ! -e $file ]]; then
        echo "try-local.sh: $file is missing in $PWD" >&2
        exit 1
    fi
done
{% if a.task_source == "parts" %}
part={{ sample_of_parts | sh }}
if [[ ! -e $part ]]; then
    echo "try-local.sh: cut the list first: ./split.sh" >&2
    exit 1
fi
{% endif %}
{% if s.model %}
model={{ (s.model.folder or a.model) | sh }}
if [[ ! -e $model ]]; then
    echo "try-local.sh: {{ ("get the model first: data/get-model.sh" if s.model.unpack else "$model is missing") | trusted }}" >&2
    exit 1
fi
{% endif %}
{% if s.data_input %}
data={{ (("data/" ~ s.archive.sample) if s.archive else trial_data) | sh }}
if [[ ! -e $data ]]; then
    echo "try-local.sh: {{ ("make a sample first: data/pack.sh --sample " ~ s.sample_files if s.archive else "put a small $data here first") | trusted }}" >&2
    exit 1
fi
{% endif %}

folder=$(mktemp -d try-local.XXXXXX)
# With tar, so that files keep their folders.
tar -cf - run.sh {{ paths.inputs | map("trim_slash") | sh_words }}{{ (' "$part"' if a.task_source == "parts" else "") | trusted }} | tar -xf - -C "$folder"
{% if s.data_input %}
{% if paths.data_here %}
tar -cf - "$data" | tar -xf - -C "$folder"
{% else %}
cp -R "$data" "$folder/"
{% endif %}
{% endif %}
{% if s.model %}
# Not copied: it is large, and nothing writes to it.
model=$PWD/$model
{% endif %}
{% if s.image_file %}
image=$PWD/container/{{ s.image_file | sh }}
{% elif s.container_image and "://" not in s.container_image %}
image=$PWD/{{ s.container_image | sh }}
{% endif %}
cd "$folder"
{% if s.image_file or (s.container_image and "://" not in s.container_image) %}
if [[ -e $image ]] && command -v apptainer > /dev/null; then
    # As on the pool: nothing of this machine but the folder; the card, if there is one.
    card=()
    if [[ -e /dev/nvidiactl ]]; then card=(--nv); fi
{% if s.model %}
    mkdir -p {{ (s.model.folder or s.model.file) | sh }}
{% endif %}
    apptainer exec "${card[@]+"${card[@]}"}" --containall --env TRY_HERE=1 --no-home --scratch /tmp --scratch /var/tmp \
        --bind "$PWD" {% if s.model %}--bind "$model:$PWD/"{{ (s.model.folder or s.model.file) | sh }} {% endif %}--pwd "$PWD" "$image" /bin/bash run.sh {{ paths.trial_task | sh }}{{ trial_words }}
    exit
fi
echo "try-local.sh: no $image or no apptainer here: trying with this machine's own software"
{% elif s.docker_tag %}
image={{ s.docker_tag | sh }}
if command -v docker > /dev/null && docker image inspect "$image" > /dev/null 2>&1; then
    # As on the pool: an ordinary user, and nothing of this machine but the folder; the card, if there is one.
    card=()
    if [[ -e /dev/nvidiactl ]]; then card=(--gpus all); fi
    docker run --rm --platform linux/amd64 "${card[@]+"${card[@]}"}" --user "$(id -u):$(id -g)" --env TRY_HERE=1 \
        --volume "$PWD:$PWD" --workdir "$PWD" "$image" /bin/bash run.sh 1{{ trial_words }}
    exit
fi
echo "try-local.sh: no image $image or no docker here: trying with this machine's own software"
{% else %}
echo "try-local.sh: trying with this machine's own software"
{% endif %}
{% if s.model %}
{% if s.model.folder %}
mkdir -p {{ s.model.folder.rpartition("/")[0] | sh }}
{% endif %}
ln -s "$model" {{ (s.model.folder or s.model.file) | sh }}
{% endif %}
/bin/bash run.sh {{ paths.trial_task | sh }}{{ trial_words }}
