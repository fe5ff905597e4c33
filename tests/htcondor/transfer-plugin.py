#!/usr/bin/python3
"""HTCondor's plug-in for the kinds of URL that CHTC has: serves them from folders of the pool.

The limits are those that CHTC names under HTC File Transfer: osdf does not serve a group's staging directory, and file
works only on servers that have /staging. It makes no folder, since no page promises that one would be made.
"""

import os
import re
import shutil
import sys
import time
from pathlib import Path

CAPABILITIES = """\
MultipleFileSupport = true
PluginType = "FileTransfer"
SupportedMethods = "osdf,file,pelican"
"""

FOLDERS = {
    "osdf:///chtc/staging/": "/srv/staging/",
    "osdf:///ospool/": "/srv/ospool/",
    "file:///staging/": "/srv/staging/",
    "pelican://chtc.wisc.edu/researchdrive/": "/srv/researchdrive/",
}


def path_of(url: str) -> str:
    if url.startswith("osdf:///chtc/staging/groups/"):
        raise OSError(f"{url}: osdf does not serve group directories")
    if url.startswith("file:") and not server_has_staging():
        raise OSError(f"{url}: this server does not have /staging")
    for start, folder in FOLDERS.items():
        if url.startswith(start):
            return folder + url.removeprefix(start)
    raise OSError(f"{url}: nobody serves this")


def server_has_staging() -> bool:
    machine = Path(os.environ["_CONDOR_MACHINE_AD"]).read_text(encoding="utf-8")
    return re.search("^HasCHTCStaging = true$", machine, re.MULTILINE | re.IGNORECASE) is not None


def transfer(url: str, local: str, *, upload: bool) -> tuple[bool, str]:
    """Copy one file; say whether that worked, and report it in HTCondor's words."""
    began, size, error = time.time(), 0, ""
    try:
        if upload:
            shutil.copyfile(local, path_of(url))
        else:
            shutil.copyfile(path_of(url), local)
        size = Path(local).stat().st_size
    except OSError as exception:
        error = str(exception)
    report: dict[str, str | int] = {
        "TransferSuccess": not error,
        "TransferError": error,
        "TransferUrl": url,
        "TransferFileName": Path(local).name,
        "TransferProtocol": url.partition(":")[0],
        "TransferType": "upload" if upload else "download",
        "TransferFileBytes": size,
        "TransferTotalBytes": size,
        "TransferStartTime": int(began),
        "TransferEndTime": int(time.time()),
    }
    return not error, "[ " + " ".join(f"{name} = {written(value)};" for name, value in report.items()) + " ]\n"


def written(value: str | int) -> str:
    """Write a value as a ClassAd has it."""
    if isinstance(value, str):
        return '"' + re.sub(r'(["\\])', r"\\\1", value) + '"'
    return str(value).lower()


def strings(ads: str, name: str) -> list[str]:
    """Read one text attribute of each of the ClassAds."""
    return [re.sub(r"\\(.)", r"\1", text) for text in re.findall(rf'\b{name}\s*=\s*"((?:[^"\\]|\\.)*)"', ads)]


def main(arguments: list[str]) -> int:
    if "-classad" in arguments:
        sys.stdout.write(CAPABILITIES)
        return 0
    wanted = Path(arguments[arguments.index("-infile") + 1]).read_text(encoding="utf-8")
    done = [
        transfer(url, local, upload="-upload" in arguments)
        for url, local in zip(strings(wanted, "Url"), strings(wanted, "LocalFileName"), strict=True)
    ]
    Path(arguments[arguments.index("-outfile") + 1]).write_text("".join(report for _, report in done), encoding="utf-8")
    return 0 if all(success for success, _ in done) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
