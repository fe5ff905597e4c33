"""What rules say where a pool does not publish a figure, or asks for something that CHTC does not."""

import pytest

from planner.answers import read_answers
from planner.bundle import make_files
from planner.engine import make_plan
from planner.facts.pools import pools
from tests.helpers import words

SMALL = {"data_size": "4 GB"}


def said(pool: str, rule: str, **answers: str) -> tuple[str, str, str]:
    """Return what *rule* says on *pool* for the default answers, changed by *answers*."""
    plan = make_plan(read_answers({"pool": pool, **answers}), pools()[pool])
    return words(next((advice for advice in plan.advice if advice.rule == rule), None))


def files(pool: str, **answers: str) -> dict[str, str]:
    plan = make_plan(read_answers({"pool": pool, **answers}), pools()[pool])
    return {file.path: file.text for file in make_files(plan)}


@pytest.mark.parametrize(
    ("pool", "rule", "answers", "advice"),
    [
        (
            "generic",
            "build-job",
            {},
            (
                "ask",
                "Where may users build Apptainer images: in a job, on the access point, or only on machines of their own?",
                "What a plain HTCondor pool wants is not known here. Until you know, build on a Linux machine of your own.",
            ),
        ),
        (
            "ospool",
            "build-job",
            SMALL,
            (
                "set",
                "Build it on the access point, with temporary files in your home directory",
                "OSPool has no job for building, and wants it done so.",
            ),
        ),
        (
            "generic",
            "docker-or-apptainer",
            {},
            (
                "set",
                "Build with Apptainer",
                "It makes one file that jobs fetch, and needs no registry.",
            ),
        ),
        (
            "generic",
            "image-in-its-place",
            {},
            (
                "set",
                "Build sweep-v1.sif and keep it beside the submit description",
                "About 5 GB that every job fetches.",
            ),
        ),
        (
            "generic",
            "gpu-memory-floor",
            {},
            (
                "set",
                "Ask for cards with at least 12 GB of memory",
                (
                    "That is the most one task needs, as you said, but the pool does not list its cards: if 12 GB is what a "
                    "card is sold as, it reports less and does not match."
                ),
            ),
        ),
        (
            "ospool",
            "cards-that-match",
            SMALL,
            (
                "tip",
                "Ask as little of the card as the task can do with",
                "The cards of OSPool are not listed, so how many match is not known; each constraint removes some.",
            ),
        ),
        (
            "generic",
            "cpus",
            {"cpus": "64"},
            (
                "set",
                "Request 64 CPUs",
                "That is what a task uses, as you said, and no more.",
            ),
        ),
        (
            "ospool",
            "cpus",
            {**SMALL, "cpus": "16"},
            (
                "warn",
                "Expect to wait for 16 cores",
                "Jobs under 8 cores start sooner; work that needs several machines at once belongs elsewhere.",
            ),
        ),
        (
            "ospool",
            "memory",
            {**SMALL, "memory": "64 GB"},
            (
                "warn",
                "Write to support@osg-htc.org before you request 64 GB of memory",
                "That is more than 40 GB: few machines have it, and the staff wants to know first.",
            ),
        ),
        (
            "generic",
            "memory",
            {"memory": "500 GB"},
            (
                "set",
                "Request 500 GB of memory",
                "That is the most one task needs, as you said.",
            ),
        ),
        (
            "generic",
            "run-time-limit",
            {},
            (
                "ask",
                "How long may a job run, and what must a submit description say for a longer one?",
                "No limit of a plain HTCondor pool is known here, so no line about time is written.",
            ),
        ),
        (
            "ospool",
            "run-time-limit",
            {**SMALL, "time_on_gpu": "30 h", "resume": "yes"},
            (
                "set",
                "Use the medium length",
                (
                    "A task takes 30 h; at each checkpoint the job stops and is started again, within 10 h. Up to 60 of "
                    "your jobs may run at once. At best the last result is there after 30 h."
                ),
            ),
        ),
        (
            "generic",
            "pack-small-files",
            {},
            (
                "set",
                "Pack 40,000 files into images-v1.tar",
                "12 GB in 40,000 files would be as many transfers for each job.",
            ),
        ),
        (
            "generic",
            "data-place",
            {},
            (
                "set",
                "Put the archive into your directory on the access point",
                "12 GB travel with the job; no limit is known for your directory on the access point.",
            ),
        ),
        (
            "ospool",
            "data-place",
            {"data_size": "12 GB"},
            (
                "stop",
                "Ask support@osg-htc.org how to bring 12 GB to a job, or cut the data into parts",
                "It is too large for every place that the pool describes.",
            ),
        ),
        (
            "generic",
            "results-come-back",
            {},
            (
                "set",
                "Let results come back to the folder returned/",
                "100 MB a task, 5.9 GB for 60 tasks: no limit is known.",
            ),
        ),
        (
            "generic",
            "restricted-data",
            {"data_confidential": "yes"},
            (
                "stop",
                "Do not use this data here; ask the staff of your pool where it may be processed",
                "You said that it is restricted. What this pool says of it is not known here.",
            ),
        ),
    ],
)
def test_a_rule_says_what_a_pool_does_not_publish(
    pool: str, rule: str, answers: dict[str, str], advice: tuple[str, str, str]
) -> None:
    assert said(pool, rule, **answers) == advice


def test_a_trial_has_no_length_where_a_pool_has_none() -> None:
    assert "shortest length" not in said("generic", "test-job-first")[2]
    assert "shortest length" not in files("generic")["test.sub"]
    assert "shortest length" in said("ospool", "test-job-first", **SMALL)[2]
    assert "; less disk, and the shortest length." in files("ospool", **SMALL)["test.sub"]


def test_an_image_is_built_on_the_access_point_of_ospool_as_its_pages_want_it() -> None:
    readme = files("ospool", **SMALL)["README.md"]
    assert "mkdir -p $HOME/tmp\nexport TMPDIR=$HOME/tmp " in readme
    assert "\napptainer build --ignore-proot sweep-v1.sif sweep.def\n" in readme
    assert "\napptainer build sweep-v1.sif sweep.def\n" in files("generic")["README.md"]


def test_a_command_newer_than_the_pool_is_not_written() -> None:
    assert "retry_request_memory" in files("chtc")["sweep.sub"]
    assert "retry_request_memory" not in files("generic")["sweep.sub"]
