#!/bin/bash
# run.sh: runs one task in the job's directory: run.sh TASK [ARGUMENT...]
# Made by htc-planner 0.1.0 for a plain HTCondor pool; newest source read 2026-11-23. Make
# it again with: planner plan answers.toml --out FOLDER
#
# Further arguments are added to the command. Ends with the program's own exit code, or with
#   110  it was not started in a job
#   111  an input is missing, or cannot be unpacked
#   112  the framework does not see the card that the job has
#   113  there is no such task in jobs.csv, or it lacks a value
# It may be started again in the same directory: nothing is done twice that must not be.
# shellcheck disable=SC2016  # a dollar sign in an answer is meant as one
set -euo pipefail
# Outside a container a job has a path, but does not hand it on.
export PATH

# It uses all there is of a machine, and moves files: only in a job, or where TRY_HERE says so.
if [[ -z ${_CONDOR_SCRATCH_DIR:-}${TRY_HERE:-} ]]; then
    echo "${0##*/}: this belongs into a job: condor_submit it, or try one task with ./try-local.sh" >&2
    exit 110
fi

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
outputs=(results)

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
    move . "$returned" "${outputs[@]}"
    # How it ended, for missing.sh and for you.
    echo "$code" > "$returned/exit-code"
    say "task $task ends with exit code $code"
    exit "$code"
}
trap finish EXIT

# What an earlier start of this task has brought so far.
move "$returned" . "${outputs[@]}"
mkdir -p results

# --- inputs -------------------------------------------------------------------------------
inputs=(jobs.csv train.py)
for file in "${inputs[@]}"; do
    [[ -e $file ]] || give_up 111 "$file did not arrive: is it in transfer_input_files?"
done

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
line=$(grep -m 1 "^\"\{0,1\}$task\"\{0,1\}," jobs.csv) || give_up 113 "jobs.csv has no line that begins with $task,"
split_csv "$line"
declare value_lr value_batch
for at in "${!columns[@]}"; do
    printf -v "value_${columns[at]}" %s "${fields[at]-}"
done
needed=(lr batch)
for name in "${needed[@]}"; do
    variable=value_$name
    [[ -n ${!variable+set} ]] || give_up 113 "jobs.csv has no column $name"
done

# --- the data -----------------------------------------------------------------------------
# A test brings a sample instead of all the data.
archives=(data/images-v1.tar data/images-v1-sample.tar)
archive=
for file in "${archives[@]}"; do
    if [[ -e $file ]]; then archive=$file; fi
done
[[ -n $archive ]] || give_up 111 "${archives[0]} did not arrive: is it in transfer_input_files?"
if [[ ! -e .unpacked ]]; then
    say "unpacking $archive"
    tar -xf "$archive" || give_up 111 "$archive cannot be unpacked"
    touch .unpacked
fi

# --- surroundings -------------------------------------------------------------------------
# A job has no home of yours and the image is read-only: libraries find a writable place
# here. [caches-in-the-job]
export HOME=$PWD
export XDG_CACHE_HOME=$PWD/.cache
export HF_HOME=$PWD/.cache/huggingface TORCH_HOME=$PWD/.cache/torch MPLCONFIGDIR=$PWD/.cache/matplotlib
export TRITON_CACHE_DIR=$PWD/.cache/triton TORCHINDUCTOR_CACHE_DIR=$PWD/.cache/inductor CUDA_CACHE_PATH=$PWD/.cache/cuda
mkdir -p "$XDG_CACHE_HOME"
# [watch-the-log]
export PYTHONUNBUFFERED=1

# --- the card: better no result than one that took a day without it -----------------------
if [[ -n ${_CONDOR_SCRATCH_DIR:-} ]]; then
    say "card: ${CUDA_VISIBLE_DEVICES:-none}"
    python -c 'import sys, torch; print("PyTorch", torch.__version__, "CUDA", torch.version.cuda); sys.exit(not torch.cuda.is_available())' || give_up 112 "the framework does not see a card"
fi

# --- the task -----------------------------------------------------------------------------
command=(python train.py --lr "$value_lr" --batch "$value_batch" "$@")
say "task $task: ${command[*]}"
status=0
"${command[@]}" || status=$?
exit "$status"
