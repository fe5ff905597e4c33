#!/bin/bash
# prepare.sh: runs the step before all tasks, in a job
# Made by htc-planner 0.1.0 for CHTC, Madison; newest source read 2026-11-23. Make it again
# with: planner plan answers.toml --out FOLDER
#
# Ends with the step's own exit code, with 111 if an input is missing, or with 110 outside a job.
# The step runs as a job, prepare.sub, with a task's CPUs, memory and disk and without a
# GPU. What it writes to prepared/ comes back and goes to every task through the access
# point, so keep it below 1 GB. [prepare-in-a-job]
# shellcheck disable=SC2016  # a dollar sign in an answer is meant as one
set -euo pipefail
# Outside a container a job has a path, but does not hand it on.
export PATH

# It uses all there is of a machine, and moves files: only in a job, or where TRY_HERE says so.
if [[ -z ${_CONDOR_SCRATCH_DIR:-}${TRY_HERE:-} ]]; then
    echo "${0##*/}: this belongs into a job: condor_submit it, or try one task with ./try-local.sh" >&2
    exit 110
fi

inputs=(jobs.csv train.py folds.py compare.py)
for file in "${inputs[@]+"${inputs[@]}"}"; do
    if [[ ! -e $file ]]; then
        echo "prepare.sh: $file did not arrive: is it in transfer_input_files?" >&2
        exit 111
    fi
done
# It exists from the start: a listed output that is missing would put the job on hold.
mkdir -p prepared

# A job has no home of yours and the image is read-only: libraries find a writable place
# here. [caches-in-the-job]
export HOME=$PWD
export XDG_CACHE_HOME=$PWD/.cache
export HF_HOME=$PWD/.cache/huggingface TORCH_HOME=$PWD/.cache/torch MPLCONFIGDIR=$PWD/.cache/matplotlib
export TRITON_CACHE_DIR=$PWD/.cache/triton TORCHINDUCTOR_CACHE_DIR=$PWD/.cache/inductor CUDA_CACHE_PATH=$PWD/.cache/cuda
mkdir -p "$XDG_CACHE_HOME"
# [watch-the-log]
export PYTHONUNBUFFERED=1

command=(python folds.py --folds 10)
echo "prepare.sh: ${command[*]}"
"${command[@]}"
