"""What rests on facts of one pool is not found for another."""

import re
from collections.abc import Iterator

import pytest

from planner.facts.pools import pools
from planner.review import review
from planner.review.base import WASTES
from tests.review.test_traps import CLEAN, SCRIPT, SCRIPT_TRAPS, SUBMIT_TRAPS

# What only CHTC has: its retired services, its places, its lines.
ONLY_CHTC = re.compile(
    r"(?i)[^\s;,]*(?:squid|staging|researchdrive|gpulab|GPUJobLength|ap200\d|flocking|glidein|chtc)\S*"
)


def traps() -> Iterator[dict[str, str]]:
    for _, old, new, _ in SUBMIT_TRAPS:
        yield {"train.sub": CLEAN.replace(old, new, 1), "run.sh": SCRIPT}
    for _, line, _ in SCRIPT_TRAPS:
        yield {"train.sub": CLEAN, "run.sh": SCRIPT.replace("python train", f"{line}python train")}


@pytest.mark.parametrize("pool", ["ospool", "generic"])
@pytest.mark.parametrize("files", list(traps()))
def test_another_pool_hears_nothing_of_what_only_chtc_has(pool: str, files: dict[str, str]) -> None:
    texts = "".join(files.values())
    for finding in review(files, pools()[pool]).findings:
        words = ONLY_CHTC.findall(f"{finding.what} {finding.fix}")
        # A finding may repeat words of the file; what it adds must not name CHTC's services.
        assert [word for word in words if word.strip(".,:$()") not in texts] == [], finding


def test_what_is_searched_for_is_what_chtc_hears() -> None:
    heard = [
        f"{one.what} {one.fix}"
        for files in traps()
        for one in review(files, pools()["chtc"]).findings
        if [
            word
            for word in ONLY_CHTC.findall(f"{one.what} {one.fix}")
            if word.strip(".,:$()") not in "".join(files.values())
        ]
    ]
    assert len(heard) > 10


CHTCS_OWN = {
    "shared-gpus-not-opened",
    "opening-line-in-quotes",
    "plus-missing",
    "unknown-run-time-length",
    "longest-length-without-checkpoints",
    "interruptible-without-checkpoints",
    "idle-machines-unused",
    "gpu-memory-as-sold",
    "few-gpus-match",
    "replaced-command",
    "input-has-moved",
    "path-through-access-point",
    "place-not-served-by-address",
    "pack-on-file-path",
    "input-out-of-reach",
    "retired-in-submit-file",
    "retired-in-script",
    "file-path-without-requirement",
    "wider-pools-contradicted",
}


@pytest.mark.parametrize("pool", ["ospool", "generic"])
def test_what_rests_on_facts_of_chtc_is_not_found_for_another_pool(pool: str) -> None:
    assert {trap[0] for trap in [*SUBMIT_TRAPS, *SCRIPT_TRAPS]} >= CHTCS_OWN
    found = {one.check.id for files in traps() for one in review(files, pools()[pool]).findings}
    assert found & CHTCS_OWN == set()


def test_a_length_that_the_pool_does_not_list_and_may_take() -> None:
    text = CLEAN.replace('+GPUJobLength  = "short"', "+JobDurationCategory = medium")
    findings = review({"a.sub": text}, pools()["ospool"]).findings
    assert [(one.check.id, one.check.severity, one.fixed) for one in findings] == [
        ("unusual-run-time-length", WASTES, '+JobDurationCategory = "Medium"')
    ]
