import pytest

from planner.incoming import FileType, classify

EVENT = "000 (90.000.000) 2026-05-02 09:00:00 Job submitted from host: <10.0.0.1:9618>\n...\n"


@pytest.mark.parametrize(
    ("name", "head", "file_type"),
    [
        ("job.log", EVENT, FileType.EVENT_LOG),
        # HTCondor's own form says more than any name, and may begin behind what a terminal added.
        ("train.sub", f"$ cat train.log\n{EVENT}", FileType.EVENT_LOG),
        ("", '[\n{\n  "ClusterId": 90\n}\n]', FileType.HISTORY),
        ("pool.txt", ' [ {"Machine": "gpu1"} ]', FileType.SLOTS),
        ("nothing.json", "[]", FileType.SLOTS),
        ("train.sub", "", FileType.SUBMIT),
        ("", "Executable = run.sh\nqueue\n", FileType.SUBMIT),
        ("run.sh", "", FileType.SCRIPT),
        ("run.sh", "#!/bin/bash\n#SBATCH --mem=4G\n", FileType.SLURM),
        ("train", "#!/usr/bin/env python3\n", FileType.PYTHON),
        ("Dockerfile.gpu", "", FileType.DOCKERFILE),
        ("", "# mine\nFROM python:3.12\n", FileType.DOCKERFILE),
        ("", "Bootstrap: docker\n", FileType.DEFINITION),
        ("requirements-gpu.txt", "", FileType.REQUIREMENTS),
        ("environment.yml", "", FileType.ENVIRONMENT),
        ("settings.yml", "dependencies:\n  - numpy\n", FileType.OTHER),
        ("", "JOB a a.sub\n", FileType.DAG),
        ("jobs.csv", "", FileType.LIST),
        ("answers.toml", "queue = 3", FileType.TOML),
        ("README.md", "queue\n", FileType.OTHER),
        ("notes", "Dear diary", FileType.OTHER),
    ],
)
def test_a_file_is_known_by_its_form_its_name_or_its_first_lines(name: str, head: str, file_type: FileType) -> None:
    assert classify(name, head) is file_type
