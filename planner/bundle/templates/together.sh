#!/bin/bash
{{ head("runs several short tasks one after another: together.sh FIRST-LAST [ARGUMENT...]") }}
#
# One that fails does not keep the others from running. Ends with the last exit code that was
# not 0, and with 110 outside a job. What is done already, before the job was started again, is not done twice.
{{ why("tasks_in_a_job") }}
set -uo pipefail
# Outside a container a job has a path, but does not hand it on.
export PATH

{% include "in-a-job.inc" %}

tasks=${1:?say which tasks: together.sh FIRST-LAST}
shift
if [[ ! $tasks =~ ^[1-9][0-9]*(-[1-9][0-9]*)?$ ]]; then
    echo "together.sh: \"$tasks\" does not name tasks, as 1-50 does" >&2
    exit 113
fi
status=0
for ((task = ${tasks%-*}; task <= ${tasks#*-}; task++)); do
    ended=returned/task-$task/exit-code
    if [[ -e $ended && $(< "$ended") == 0 ]]; then continue; fi
    /bin/bash run.sh "$task" "$@" || status=$?
done
exit "$status"
