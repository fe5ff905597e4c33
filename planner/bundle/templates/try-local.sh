#!/bin/bash
{{ head("runs the first task on this machine, briefly") }}
#
# In the image, if it {{ ("is here and Docker" if s.docker_tag else "lies here and Apptainer") | as_it_is }} is installed; else with this machine's own
# software. Works in a new folder, try-local.*, and leaves it there for you to look at.
# shellcheck disable=SC2016  # a dollar sign in an answer is meant as one
set -euo pipefail
cd "$(dirname "$0")"

for file in run.sh {{ names.inputs | map("trim_slash") | sh_words }}; do
    if [[ ! -e $file ]]; then
        echo "try-local.sh: $file is missing in $PWD" >&2
        exit 1
    fi
done
{% if s.archive %}
data={{ ("data/" ~ s.archive.sample) | sh }}
if [[ ! -e $data ]]; then
    echo "try-local.sh: make a sample first: data/pack.sh --sample {{ s.sample_files | number }}" >&2
    exit 1
fi
{% elif names.data_here %}
data={{ s.data_input | sh }}
{% elif s.data_input %}
data={{ data_file | sh }}
if [[ ! -e $data ]]; then
    echo "try-local.sh: put a small $data here first" >&2
    exit 1
fi
{% endif %}

folder=$(mktemp -d try-local.XXXXXX)
# With tar, so that files keep their folders.
tar -cf - run.sh {{ names.inputs | map("trim_slash") | sh_words }} | tar -xf - -C "$folder"
{% if s.data_input %}
{% if names.data_here %}
tar -cf - "$data" | tar -xf - -C "$folder"
{% else %}
cp -R "$data" "$folder/"
{% endif %}
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
    apptainer exec "${card[@]+"${card[@]}"}" --containall --no-home --scratch /tmp --scratch /var/tmp \
        --bind "$PWD" --pwd "$PWD" "$image" /bin/bash run.sh 1{{ trial_words }}
    exit
fi
echo "try-local.sh: no $image or no apptainer here: trying with this machine's own software"
{% elif s.docker_tag %}
image={{ s.docker_tag | sh }}
if command -v docker > /dev/null && docker image inspect "$image" > /dev/null 2>&1; then
    # As on the pool: an ordinary user, and nothing of this machine but the folder; the card, if there is one.
    card=()
    if [[ -e /dev/nvidiactl ]]; then card=(--gpus all); fi
    docker run --rm --platform linux/amd64 "${card[@]+"${card[@]}"}" --user "$(id -u):$(id -g)" \
        --volume "$PWD:$PWD" --workdir "$PWD" "$image" /bin/bash run.sh 1{{ trial_words }}
    exit
fi
echo "try-local.sh: no image $image or no docker here: trying with this machine's own software"
{% else %}
echo "try-local.sh: trying with this machine's own software"
{% endif %}
/bin/bash run.sh 1{{ trial_words }}
