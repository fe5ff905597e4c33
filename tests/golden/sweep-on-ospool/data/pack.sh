#!/bin/bash
# data/pack.sh: packs the data into one archive: pack.sh [--sample N]
# Made by htc-planner 0.1.0 for OSPool; newest source read 2026-11-23. Make it again with:
# planner plan answers.toml --out FOLDER
#
# Without arguments all files, with --sample N only N of them, drawn evenly over the sorted
# names. Deletes nothing and overwrites nothing: for changed data raise the version here and
# in the submit descriptions.
# 4 GB in 40,000 files would be as many transfers for each job, and a folder cannot be
# fetched from a place for large files. [pack-small-files]
set -euo pipefail
cd "$(dirname "$0")/.."
folder=images
where=.
archive=data/images-v1.tar
sample=

stop() {
    echo "pack.sh: $*" >&2
    exit 1
}

# Stop where less than $2 KB are free in folder $1.
want_room() {
    local free
    free=$(df -Pk "$1" | awk 'NR == 2 { print $4 }')
    [[ $2 -le $free ]] || stop "this needs about $2 KB, and $free KB are free here"
}

if [[ $# -gt 0 ]]; then
    [[ $# -eq 2 && $1 == --sample && $2 =~ ^[1-9][0-9]*$ ]] || stop "usage: data/pack.sh [--sample N]"
    sample=$2
    archive=data/images-v1-sample.tar
fi
[[ -d $where/$folder ]] || stop "there is no folder $where/$folder"
[[ ! -e $archive ]] || stop "$archive is there already; for changed data raise the version in its name"

# Names are handed on with a zero byte between them: they may hold anything else.
names() { (cd "$where" && find "$folder" -type f -print0 | LC_ALL=C sort -z); }
count=$(names | tr -dc '\0' | wc -c | tr -d ' ')
[[ $count -gt 0 ]] || stop "$where/$folder holds no files"
echo "pack.sh: $count files in $where/$folder"
if [[ -n $sample && $sample -ge $count ]]; then
    stop "a sample of $sample is no sample of $count files"
fi

if [[ -z $sample ]]; then want_room data "$(du -sk "$where/$folder" | cut -f 1)"; fi

# Pass on every file, or one out of every count/sample.
chosen() {
    if [[ -z $sample ]]; then
        names
        return
    fi
    local at=0 taken=0 name
    names | while IFS= read -r -d '' name; do
        if ((at * sample / count >= taken)); then
            printf '%s\0' "$name"
            taken=$((taken + 1))
        fi
        at=$((at + 1))
    done
}
# Written under another name first: an archive that is cut off never looks finished.
chosen | tar -C "$where" -cf "$archive.part" --null -T -
mv "$archive.part" "$archive"

packed=$(tar -tf "$archive" | wc -l | tr -d ' ')
if command -v sha256sum > /dev/null; then sum=sha256sum; else sum="shasum -a 256"; fi
(cd data && $sum "${archive#data/}" > "${archive#data/}.sha256")
echo "pack.sh: $archive holds $packed files, $(du -k "$archive" | cut -f 1) KB; its checksum is in $archive.sha256"
