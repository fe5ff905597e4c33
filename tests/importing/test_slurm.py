"""Batch scripts of Slurm, as far as their meaning carries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.answers import read_answers
from planner.facts.pools import pools
from planner.importing.answers import answers_in
from planner.importing.slurm import read_slurm
from planner.review import review

SCRIPT = """\
#!/bin/bash
#SBATCH --job-name=train
#SBATCH -c 8
#SBATCH --mem=32G
#SBATCH --gres=gpu:a100:2
#SBATCH --time=1-06:00:00
#SBATCH --array=0-19%4
#SBATCH --partition=gpu
#SBATCH --nodes=1

module load cuda/12.4
srun python train.py \\
    --seed ${SLURM_ARRAY_TASK_ID}
"""


def test_a_batch_script_becomes_answers() -> None:
    read = read_slurm(SCRIPT)
    assert read.answers == {
        "gpu": "needs",
        "gpus": 2,
        "gpu_memory": "not measured",
        "cpus": 8,
        "memory": "32 GB",
        "time_on_gpu": "30 h",
        "task_source": "numbered",
        "count": 20,
        "command": "python train.py      --seed {number}",
    }
    assert [line.split(":")[0] for line in read.lost] == ["--partition gpu", "--array %4", "module cuda/12.4"]


def test_it_goes_through_review_to_a_plan() -> None:
    read = answers_in({"job.sh": SCRIPT}, pools()["chtc"])
    assert review({"job.sh": SCRIPT}, pools()["chtc"]).findings == ()
    assert read.lost == read_slurm(SCRIPT).lost
    answers = read_answers({**read.answers, "gpu_memory": "20 GB"})
    assert (answers.count, answers.gpus, answers.cpus) == (20, 2, 8)


@pytest.mark.parametrize(
    ("time", "means"),
    [("90", "1 h 30 min"), ("30:15", "30 min 15 s"), ("2:00:00", "2 h"), ("1-0", "24 h"), ("1-2:30", "26 h 30 min")],
)
def test_times(time: str, means: str) -> None:
    assert read_slurm(f"#SBATCH -t {time}\n").answers["time_on_cpu"] == means


def test_an_array_with_gaps_is_a_table() -> None:
    assert read_slurm("#SBATCH --array=1-7:3,20\n").answers["rows"] == ["number", "1", "4", "7", "20"]


@pytest.mark.parametrize(
    ("lines", "said", "lost"),
    [
        (
            "module purge\nmodule load cuda/12.4.1 pytorch/2.1.0",
            {"framework": "pytorch", "framework_version": "2.1.0", "cuda": "12.4"},
            2,
        ),
        (
            "ml PyTorch/2.1.2-foss-2023a-CUDA-12.1.1",
            {"framework": "pytorch", "framework_version": "2.1.2", "cuda": "12.1"},
            1,
        ),
        ("module add R/4.4.1-gfbf-2023b  # for lme4", {"framework": "r", "framework_version": "4.4.1"}, 1),
        ("module load python/3.11\nsource ~/env/bin/activate", {}, 2),
        ("conda activate work", {}, 1),
        ("source settings.sh\nmodule list", {}, 0),
    ],
)
def test_modules_are_hints_of_the_software(lines: str, said: dict[str, object], lost: int) -> None:
    read = read_slurm(f"#SBATCH -c 2\n{lines}\npython train.py\n")
    software = {id: read.answers[id] for id in ("framework", "framework_version", "cuda") if id in read.answers}
    assert (software, len(read.lost)) == (said, lost)


@given(
    st.lists(
        st.sampled_from(["#SBATCH ", "--mem=", "--time=", "-a ", "1-2:0", "9" * 12, "-", ":", "\n", "srun", "%"])
    ).map("".join)
)
def test_any_text_is_read(text: str) -> None:
    read_slurm(text)
