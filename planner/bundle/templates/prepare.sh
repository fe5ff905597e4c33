#!/bin/bash
{{ head("runs the step before all tasks, in a job") }}
#
# Ends with the step's own exit code, with 111 if an input is missing, or with 110 outside a job.
{{ why("prepares") }}
# shellcheck disable=SC2016  # a dollar sign in an answer is meant as one
set -euo pipefail
# Outside a container a job has a path, but does not hand it on.
export PATH

{% include "in-a-job.inc" %}

inputs=({{ paths.step_inputs | map("trim_slash") | sh_words }})
for file in "${inputs[@]+"${inputs[@]}"}"; do
    if [[ ! -e $file ]]; then
        echo "prepare.sh: $file did not arrive: is it in transfer_input_files?" >&2
        exit 111
    fi
done
# It exists from the start: a listed output that is missing would put the job on hold.
mkdir -p prepared

{% include "surroundings.inc" %}

command=({{ a.before | sh_command }})
echo "prepare.sh: ${command[*]}"
"${command[@]}"
