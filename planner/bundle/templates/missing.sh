#!/bin/bash
{{ head("says which tasks have no result yet, and lists them in jobs-again.csv") }}
#
# A task counts as done when returned/task-NUMBER/exit-code holds 0. Reads small files only, so
# it may run on the access point. Ends with 1 if something is missing.
{{ says("run-the-missing-again") }}
set -euo pipefail
cd "$(dirname "$0")"

again=jobs-again.csv
all=0 missing=0
while IFS= read -r line || [[ -n $line ]]; do
    if [[ $all -eq 0 ]]; then
        printf '%s\n' "$line" > "$again.part"
        all=1
        continue
    fi
    task=${line%%,*}
    task=${task//\"/}
    task=${task%$'\r'}
    [[ -n $task ]] || continue
    all=$((all + 1))
    ended=returned/task-$task/exit-code
    code="no result"
    if [[ -e $ended ]]; then code="exit code $(< "$ended")"; fi
    if [[ $code != "exit code 0" ]]; then
        missing=$((missing + 1))
        printf '%s\n' "$line" >> "$again.part"
        echo "missing.sh: task $task: $code"
    fi
done < jobs.csv

if [[ $missing -eq 0 ]]; then
    rm -f "$again.part"
    echo "missing.sh: all $((all - 1)) tasks are done"
    exit 0
fi
mv "$again.part" "$again"
echo "missing.sh: $missing of $((all - 1)) tasks are missing; to run them again:"
echo "  condor_submit {{ paths.submit | trusted }} list=$again"
exit 1
