#!/bin/bash
# collect.sh: runs the step after all tasks, in a job that has their results
# Made by htc-planner 0.1.0 for CHTC, Madison; newest source read 2026-11-23. Make it again
# with: planner plan answers.toml --out FOLDER
#
# First says what is missing; jobs-again.csv then lists it. Everything new that the step writes
# comes back in collected/. Ends with the step's own exit code, or with
#   110  it was not started in a job
#   111  no result is there
# You said so. collect.sub gets returned/ (2 GB at most); collect.sh first names what is
# missing. What your command writes comes back in collected/. [collect-results]
# shellcheck disable=SC2016  # a dollar sign in an answer is meant as one
set -euo pipefail
# Outside a container a job has a path, but does not hand it on.
export PATH

# It uses all there is of a machine, and moves files: only in a job, or where TRY_HERE says so.
if [[ -z ${_CONDOR_SCRATCH_DIR:-}${TRY_HERE:-} ]]; then
    echo "${0##*/}: this belongs into a job: condor_submit it, or try one task with ./try-local.sh" >&2
    exit 110
fi

# It exists from the start: a listed output that is missing would put the job on hold.
mkdir -p collected
/bin/bash missing.sh || true
if [[ -e jobs-again.csv ]]; then mv jobs-again.csv collected/; fi
# A trial's result is none of the work's.
mkdir -p tested
for trial in returned/test returned/test-cpu; do
    if [[ -e $trial ]]; then mv "$trial" tested/; fi
done
results=(returned/task-*/exit-code)
if [[ ! -e ${results[0]} ]]; then
    echo "collect.sh: no result is there" >&2
    exit 111
fi

# A job has no home of yours and the image is read-only: libraries find a writable place
# here. [caches-in-the-job]
export HOME=$PWD
export XDG_CACHE_HOME=$PWD/.cache
export HF_HOME=$PWD/.cache/huggingface TORCH_HOME=$PWD/.cache/torch MPLCONFIGDIR=$PWD/.cache/matplotlib
export TRITON_CACHE_DIR=$PWD/.cache/triton TORCHINDUCTOR_CACHE_DIR=$PWD/.cache/inductor CUDA_CACHE_PATH=$PWD/.cache/cuda
mkdir -p "$XDG_CACHE_HOME"
# [threads-as-granted]
export LOKY_MAX_CPU_COUNT=1
# [watch-the-log]
export PYTHONUNBUFFERED=1

# What is here before the step is not its result.
shopt -s nullglob dotglob
declare -A known
for name in *; do known[$name]=1; done

command=(python rank.py)
echo "collect.sh: ${command[*]}"
status=0
"${command[@]}" || status=$?
for name in *; do
    if [[ -z ${known[$name]:-} ]]; then mv "$name" collected/; fi
done
exit "$status"
