#!/bin/bash
{{ head("cuts the list of inputs into one part for each job") }}
#
# Run it once, where the list lies. Deletes and overwrites nothing.
{{ why("inputs_in_a_part") }}
set -euo pipefail
cd "$(dirname "$0")"

list={{ a.inputs | sh }}
each={{ s.inputs_in_a_part | number }}
parts={{ s.tasks | number }}
# The number of inputs on which a test works.
few=20

stop() {
    echo "split.sh: $*" >&2
    exit 1
}

{% include "room.inc" %}

[[ -f $list ]] || stop "$list is missing in $PWD"
[[ ! -e parts ]] || stop "there is a folder parts already; move it away to cut the list anew"
{% if a.inputs.lower().endswith(".csv") %}
header=1
{% else %}
header=0
{% endif %}
count=$(($(awk 'END { print NR }' "$list") - header))
[[ $count -gt 0 ]] || stop "$list holds no inputs"
needed=$(((count + each - 1) / each))
if [[ $needed -ne $parts ]]; then
    stop "$list holds $count inputs, which makes $needed parts of $each; jobs.csv lists $parts. Plan again with $count inputs."
fi

want_room . "$(du -k "$list" | cut -f 1)"

# Into another folder first: a cut that was broken off never looks finished.
cutting=$(mktemp -d parts.XXXXXX)
awk -v header="$header" -v each="$each" -v few="$few" -v folder="$cutting" -v ending={{ ending | sh }} '
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
