#!/bin/bash
{{ head("runs the step after all tasks, in a job that has their results") }}
#
# First says what is missing; jobs-again.csv then lists it. Everything new that the step writes
# comes back in collected/. Ends with the step's own exit code, or with
#   110  it was not started in a job
#   111  no result is there
{% if not s.collects_anyway %}
#   112  a result is missing
{% endif %}
{{ why("collects") }}
# shellcheck disable=SC2016  # a dollar sign in an answer is meant as one
set -euo pipefail
# Outside a container a job has a path, but does not hand it on.
export PATH

{% include "in-a-job.inc" %}

# It exists from the start: a listed output that is missing would put the job on hold.
mkdir -p collected
{% if s.collects_anyway %}
/bin/bash missing.sh || true
{% else %}
missing=0
/bin/bash missing.sh || missing=1
{% endif %}
if [[ -e jobs-again.csv ]]; then mv jobs-again.csv collected/; fi
# A trial's result is none of the work's.
mkdir -p tested
for trial in returned/test returned/test-cpu; do
    if [[ -e $trial ]]; then mv "$trial" tested/; fi
done
{% if not s.collects_anyway %}
if [[ $missing -eq 1 ]]; then
    echo "collect.sh: not all results are there" >&2
    exit 112
fi
{% endif %}
results=(returned/task-*/exit-code)
if [[ ! -e ${results[0]} ]]; then
    echo "collect.sh: no result is there" >&2
    exit 111
fi

{% include "surroundings.inc" %}

# What is here before the step is not its result.
shopt -s nullglob dotglob
declare -A known
for name in *; do known[$name]=1; done

command=({{ a.after | sh_command }})
echo "collect.sh: ${command[*]}"
status=0
"${command[@]}" || status=$?
for name in *; do
    if [[ -z ${known[$name]:-} ]]; then mv "$name" collected/; fi
done
exit "$status"
