"""Twelve questions of somebody who has never used a pool, and where the built site answers each."""

import html
import re
from pathlib import Path

import pytest

# The question, the page that should answer it, and words of the answer.
QUESTIONS = [
    ("Is a pool any use for what I do?", "guide/", "over a long list of inputs"),
    ("Who helps me when my training does not converge?", "guide/", "The code is yours"),
    ("What must my script be able to do before I start?", "guide/develop/", "Settings come as arguments"),
    ("Docker or Apptainer?", "guide/develop/", "Start with Apptainer"),
    (
        "Should I ask for a GPU, or for many CPUs?",
        "guide/distribute/",
        "compare the day on which you will have all results",
    ),
    ("My data is 12 GB in many files. Where does it go?", "guide/distribute/", "are one archive"),
    ("How long may a job run?", "guide/distribute/", "72 h"),
    ("My training takes a week. What now?", "guide/improve/", "a row of stretches"),
    ("My job is held. What does the reason mean?", "guide/gotchas/", "Job has gone over cgroup memory limit"),
    ("My job has been idle for hours. Why?", "guide/gotchas/", "condor_q -better-analyze"),
    ("My GPU job is as slow as my laptop. Why?", "guide/gotchas/", "a build for CPUs"),
    ("What will I see when I submit my first job?", "guide/worked-example/", "1 job(s) submitted to cluster"),
]


@pytest.mark.parametrize(("question", "path", "answer"), QUESTIONS, ids=[question for question, _, _ in QUESTIONS])
def test_the_site_answers(site: Path, question: str, path: str, answer: str) -> None:
    page = (site / path / "index.html").read_text(encoding="utf-8")
    text = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", page)))
    assert answer in text, question
