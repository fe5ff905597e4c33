#!/bin/bash
# split.sh: cuts the list of inputs into one part for each job
# Made by htc-planner 0.1.0 for CHTC, Madison; newest source read 2026-11-23. Make it again
# with: planner plan answers.toml --out FOLDER
#
# Run it once, where the list lies. Deletes and overwrites nothing.
# 100,000 inputs of 0.4 s each: a part takes about 2 h, and loading the model comes once a
# part. [cut-into-parts]
set -euo pipefail
cd "$(dirname "$0")"

list=prompts.jsonl
each=18000
parts=6
# The number of inputs on which a test works.
few=20

stop() {
    echo "split.sh: $*" >&2
    exit 1
}

# Stop where less than $2 KB are free in folder $1.
want_room() {
    local free
    free=$(df -Pk "$1" | awk 'NR == 2 { print $4 }')
    [[ $2 -le $free ]] || stop "this needs about $2 KB, and $free KB are free here"
}

[[ -f $list ]] || stop "$list is missing in $PWD"
[[ ! -e parts ]] || stop "there is a folder parts already; move it away to cut the list anew"
header=0
count=$(($(awk 'END { print NR }' "$list") - header))
[[ $count -gt 0 ]] || stop "$list holds no inputs"
needed=$(((count + each - 1) / each))
if [[ $needed -ne $parts ]]; then
    stop "$list holds $count inputs, which makes $needed parts of $each; jobs.csv lists $parts. Plan again with $count inputs."
fi

want_room . "$(du -k "$list" | cut -f 1)"

# Into another folder first: a cut that was broken off never looks finished.
cutting=$(mktemp -d parts.XXXXXX)
awk -v header="$header" -v each="$each" -v few="$few" -v folder="$cutting" -v ending=.jsonl '
    NR <= header { first = $0; next }
    (NR - header - 1) % each == 0 {
        if (part) close(part)
        part = sprintf("%s/part-%05d%s", folder, ++number, ending)
        if (header) print first > part
    }
    { print > part }
    NR - header == 1 && header { print first > (folder "/sample" ending) }
    NR - header <= few { print > (folder "/sample" ending) }
' "$list"
chmod 755 "$cutting"
mv "$cutting" parts
echo "split.sh: $count inputs in $needed parts of up to $each; the sample holds $((count < few ? count : few))"
