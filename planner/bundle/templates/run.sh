#!/bin/bash
{{ head("runs one task in the job's directory: run.sh TASK [ARGUMENT...]") }}
#
# Further arguments are added to the command. Ends with the program's own exit code, or with
{% if s.checkpoint_exit_code %}
#    85  a checkpoint was saved; HTCondor starts the job again, and the task goes on
{% endif %}
#   110  it was not started in a job
#   111  an input is missing, or cannot be unpacked
{% if s.gpu_check %}
#   112  the framework does not see the card that the job has
{% endif %}
{% if paths.many %}
#   113  there is no such task in jobs.csv, or it lacks a value
{% endif %}
{% if s.checkpoint_exit_code %}
#   114  nothing was saved within an interval: going on would repeat it for ever
{% endif %}
# It may be started again in the same directory: nothing is done twice that must not be.
# shellcheck disable=SC2016  # a dollar sign in an answer is meant as one
set -euo pipefail
# Outside a container a job has a path, but does not hand it on.
export PATH

{% include "in-a-job.inc" %}

say() { echo "run.sh: $*"; }
give_up() {
    local code=$1
    shift
    say "$*" >&2
    exit "$code"
}

task=${1:?say which task: run.sh TASK [ARGUMENT...]}
shift
[[ $task =~ ^[A-Za-z0-9_-]+$ ]] || give_up 111 "\"$task\" is no name of a task"

# --- what comes back ----------------------------------------------------------------------
# The folder exists from the start: a listed output that is missing would put the job on
# hold and hide its exit code. [results-come-back]
# A test has a folder of its own, so that nobody takes its result for the task's.
returned=${RETURNED:-returned/task-$task}
mkdir -p "$returned"
outputs=({{ paths.outputs | map("trim_slash") | sh_words }})
{% if s.checkpoint_exit_code and paths.collected != paths.outputs %}
# These do not travel as checkpoints by themselves.
collected=({{ paths.collected | map("trim_slash") | sh_words }})
{% endif %}

# Move what is there of the files named from folder $1 to folder $2. Moved, not copied: it
# may be large.
move() {
    local from=$1 to=$2 name
    shift 2
    for name in "$@"; do
        if [[ -e $from/$name && ! -e $to/$name ]]; then
            mkdir -p "$(dirname "$to/$name")"
            mv "$from/$name" "$to/$name"
        fi
    done
}

# shellcheck disable=SC2329  # the trap below calls it
finish() {
    local code=$?
    trap - EXIT
{% if s.checkpoint_exit_code %}
    if [[ $code -eq {{ s.checkpoint_exit_code | number }} ]]; then
        move . "$returned" {{ ('"${collected[@]}"' if paths.collected != paths.outputs else '"${outputs[@]}"') | trusted }}
        exit "$code"
    fi
{% endif %}
    move . "$returned" "${outputs[@]}"
    # How it ended, for missing.sh and for you.
    echo "$code" > "$returned/exit-code"
{% if s.output_archive %}
    tar -czf "task-$task.tar.gz" "$returned"
{% endif %}
    say "task $task ends with exit code $code"
    exit "$code"
}
trap finish EXIT

# What an earlier start of this task has brought so far.
move "$returned" . "${outputs[@]}"
{% if paths.folders %}
mkdir -p {{ paths.folders | map("trim_slash") | sh_words }}
{% endif %}

# --- inputs -------------------------------------------------------------------------------
inputs=({{ paths.inputs | map("trim_slash") | sh_words }})
for file in "${inputs[@]}"; do
    [[ -e $file ]] || give_up 111 "$file did not arrive: is it in transfer_input_files?"
done
{% if paths.many %}

# --- the values of this task: its line of jobs.csv ----------------------------------------
# Split a line of CSV into the array `fields`; a value with a comma stands in quotation
# marks, a mark is doubled.
split_csv() {
    local rest=${1%$'\r'} field
    fields=()
    while :; do
        field=
        if [[ $rest == \"* ]]; then
            rest=${rest:1}
            while [[ $rest == *\"* ]]; do
                field+=${rest%%\"*}
                rest=${rest#*\"}
                [[ $rest == \"* ]] || break
                field+=\"
                rest=${rest:1}
            done
        else
            field=${rest%%,*}
            rest=${rest#"$field"}
        fi
        fields+=("$field")
        [[ $rest == ,* ]] || return 0
        rest=${rest:1}
    done
}
IFS= read -r header < jobs.csv
split_csv "${header#$'\xef\xbb\xbf'}"
columns=("${fields[@]}")
{% if a.task_source == "parts" %}
if [[ $task == sample ]]; then
    # A test works through a few inputs.
    line=sample,{{ sample_of_parts | trusted }}
else
    line=$(grep -m 1 "^$task," jobs.csv) || give_up 113 "jobs.csv has no line that begins with $task,"
fi
{% else %}
line=$(grep -m 1 "^\"\{0,1\}$task\"\{0,1\}," jobs.csv) || give_up 113 "jobs.csv has no line that begins with $task,"
{% endif %}
split_csv "$line"
{% if placeholders %}
declare {{ placeholders | map("variable") | sh_words }}
{% endif %}
for at in "${!columns[@]}"; do
    printf -v "value_${columns[at]}" %s "${fields[at]-}"
done
{% if placeholders %}
needed=({{ placeholders | sh_words }})
for name in "${needed[@]}"; do
    variable=value_$name
    [[ -n ${!variable+set} ]] || give_up 113 "jobs.csv has no column $name"
done
{% endif %}
{% endif %}
{% if s.model and s.model.unpack %}

# --- the pretrained model -----------------------------------------------------------------
model={{ s.model.arrives_as | sh }}
if [[ -e $model && ! -e .model-unpacked ]]; then
    say "unpacking $model"
    tar -xf "$model" || give_up 111 "$model cannot be unpacked"
    touch .model-unpacked
fi
[[ -d {{ s.model.folder | sh }} ]] || give_up 111 "$model did not arrive: is it in transfer_input_files?"
{% elif s.model %}
[[ -e {{ s.model.arrives_as | sh }} ]] || give_up 111 {{ (s.model.arrives_as ~ " did not arrive: is it in transfer_input_files?") | sh }}
{% endif %}
{% if s.unpack %}

# --- the data -----------------------------------------------------------------------------
{% if archives | length > 1 %}
# A test brings a sample instead of all the data.
{% endif %}
archives=({{ archives | join(" ") | trusted }})
archive=
for file in "${archives[@]}"; do
    if [[ -e $file ]]; then archive=$file; fi
done
[[ -n $archive ]] || give_up 111 "${archives[0]} did not arrive: is it in transfer_input_files?"
if [[ ! -e .unpacked ]]; then
    say "unpacking $archive"
{% if archives[0].endswith(".zip") %}
    unzip -qo "$archive" || python3 -m zipfile -e "$archive" . || give_up 111 "$archive cannot be unpacked"
{% else %}
    tar -xf "$archive" || give_up 111 "$archive cannot be unpacked"
{% endif %}
    touch .unpacked
fi
{% elif s.data_input %}

# --- the data -----------------------------------------------------------------------------
data={{ data_file }}
[[ -e $data ]] || give_up 111 "$data did not arrive: is it in transfer_input_files?"
{% endif %}

# --- surroundings -------------------------------------------------------------------------
{% include "surroundings.inc" %}
{% if s.gpu_check %}

# --- the card: better no result than one that took a day without it -----------------------
{% if s.cpu_test_lines is not none %}
# test-cpu.sub runs without one on purpose.
{% endif %}
if [[ -n ${_CONDOR_SCRATCH_DIR:-}{% if s.cpu_test_lines is not none %} && -z ${WITHOUT_A_CARD:-}{% endif %} ]]; then
    say "card: ${CUDA_VISIBLE_DEVICES:-none}"
    python -c {{ s.gpu_check | sh }} || give_up 112 "the framework does not see a card"
fi
{% endif %}

# --- the task -----------------------------------------------------------------------------
command=({{ a.command | sh_command }} "$@")
say "task $task: ${command[*]}"
{% if s.wandb == "online" %}
{{ why("wandb") }}
run() { WANDB_API_KEY=$(< wandb.key) "$@"; }
{% set run = "run " | trusted %}
{% else %}
{% set run = "" | trusted %}
{% endif %}
status=0
{% if s.checkpoint_exit_code %}
# On your own machine the task runs through; in a job it stops after the interval and is
# started again. [stop-and-go-on]
interval={{ s.checkpoint_interval.seconds | int | number }}
checkpoints=({{ a.checkpoint_files | map("trim_slash") | sh_words }})
if [[ -z ${_CONDOR_SCRATCH_DIR:-} ]]; then
    {{ run }}"${command[@]}" || status=$?
    exit "$status"
fi
touch .interval-began
began=$SECONDS
{{ run }}timeout --kill-after=120 "$interval" "${command[@]}" || status=$?
if [[ $status -eq 124 || ( $status -eq 137 && $((SECONDS - began)) -ge $interval ) ]]; then
    saved=$(find "${checkpoints[@]}" -type f -newer .interval-began -print -quit 2> /dev/null || true)
    [[ -n $saved ]] || give_up 114 "nothing was saved within $interval s to ${checkpoints[*]}"
    say "task $task stops at a checkpoint after $interval s"
    exit {{ s.checkpoint_exit_code | number }}
fi
{% else %}
{{ run }}"${command[@]}" || status=$?
{% endif %}
exit "$status"
