import pytest

from planner.answers import read_answers
from planner.answers.checks import looks_like_a_key
from planner.errors import PlannerError

# Made up, each in the form of a real one.
HEX = "0123456789abcdef" * 2 + "01234567"
ONE_TASK = {"task_source": "one", "command": "python train.py"}


def problems(**raw: object) -> list[str]:
    with pytest.raises(PlannerError) as refused:
        read_answers(raw)
    return [str(problem) for problem in refused.value.problems]


# --- keys ---


@pytest.mark.parametrize(
    "text",
    [
        "hf_" + "aB3" * 8,
        "ghp_" + "a1" * 12,
        "github_pat_" + "a1" * 12,
        "AKIA" + "A1" * 8,
        "sk-" + "aB3" * 8,
        HEX,
        f"wandb login {HEX}",
        "-----BEGIN OPENSSH PRIVATE KEY-----",
        "API_KEY=x1",
        "my_secret: hunter2",
        "--password=hunter2",
        "WANDB_API_KEY = x1",
        "hf_token=x1",
    ],
)
def test_this_looks_like_a_key(text: str) -> None:
    assert looks_like_a_key(text)
    assert looks_like_a_key(["numpy==2.3.4", f"before {text}"])


@pytest.mark.parametrize(
    "text",
    [
        "python train.py --lr {lr}",
        f"git+https://github.com/me/work@{HEX}",
        f"https://example.org/{HEX}",
        "--token {token}",
        "--api_key={key}",
        "PASSWORD=$PASSWORD",
        "secret",
        "HF_HOME=cache",
        "a" * 39,
        HEX * 2,
        "sk-learn",
        5,
        None,
        ["a", 5],
    ],
)
def test_this_does_not_look_like_a_key(text: object) -> None:
    assert not looks_like_a_key(text)


@pytest.mark.parametrize(
    "raw", [{"environment": ["A=b", "WANDB_API_KEY=x1"]}, {"packages": "numpy\nhf_" + "aB3" * 8}, {"image": HEX}]
)
def test_a_key_is_refused_without_being_repeated(raw: dict[str, object]) -> None:
    (where,) = raw
    asked = {"container": "existing"} if where == "image" else {}
    assert problems(**raw, **asked)[0] == (
        f"{where}: This looks like a key or a password. Take it out: no plan needs one, and files are shared."
    )


# --- the command and the values ---


def test_an_empty_command_is_refused() -> None:
    assert problems(task_source="one", command=" ") == [
        "command: is empty. Write what you type to run one task, such as python train.py"
    ]


def test_a_command_with_shell_signs_is_refused() -> None:
    assert problems(task_source="one", command="python a.py > log") == [
        (
            "command: cannot be used. A task is one program with its arguments: put what needs > into a script of yours and "
            "name the script, or set the sign in single quotes if it belongs to an argument."
        )
    ]


def test_trial_arguments_with_shell_signs_are_refused() -> None:
    (said,) = problems(test_arguments="--epochs 1 && ls")
    assert said.startswith(
        "test_arguments: cannot be used. A task is one program with its arguments: put what needs & "
    )


def test_one_task_has_no_values() -> None:
    assert problems(task_source="one", command="python train.py --lr {lr}") == [
        "command: holds {lr}, but there is only one task. Write the value, or say how tasks differ."
    ]


@pytest.mark.parametrize("command", ["python train.py", "python train.py {a} {b}"])
def test_a_number_goes_to_exactly_one_place(command: str) -> None:
    assert problems(task_source="numbered", command=command) == [
        "command: needs one {name} where the number goes. For example: --seed {seed}"
    ]


def test_a_number_may_stand_twice_under_the_same_name() -> None:
    assert read_answers({"task_source": "numbered", "command": "run {seed} --out {seed}.csv"}).count == 10


def test_a_grid_of_nothing_is_refused() -> None:
    assert problems(grid="", command="python train.py") == ["grid: is empty. Write the values."]


@pytest.mark.parametrize("rows", ["", "name", "name\n\n"])
def test_a_table_without_a_task_is_refused(rows: str) -> None:
    assert problems(task_source="rows", rows=rows, command="python train.py") == [
        "rows: is empty. Paste a table with at least one task."
    ]


def test_a_name_in_the_command_needs_values() -> None:
    assert problems(grid="lr = 1, 2", command="run {lr} {batch}") == [
        "command: holds {batch}, which has no values. Add batch to the values, or take it out."
    ]
    assert problems(task_source="rows", rows="lr\n1", command="run {lr} {batch}") == [
        "command: holds {batch}, which has no values. Add batch to the values, or take it out."
    ]


def test_a_value_that_is_combined_must_be_used() -> None:
    assert problems(grid="lr = 1, 2\nbatch = 3, 4", command="run {lr}") == [
        "grid: batch is not in the command. Write {batch} into the command, or take it out."
    ]


def test_a_table_may_hold_columns_for_people() -> None:
    assert read_answers({"task_source": "rows", "rows": "lr,note\n1,good", "command": "run {lr}"}).rows.rows == (
        ("1", "good"),
    )


def test_a_grid_of_more_than_a_million_tasks_is_taken_for_a_slip() -> None:
    line = ", ".join(map(str, range(101)))
    grid, command = "\n".join(f"{name} = {line}" for name in "abc"), "run {a} {b} {c}"
    assert problems(grid=grid, command=command) == [
        "grid: makes 1,030,301 tasks. Combine fewer values: at most 1,000,000 tasks."
    ]


# --- files ---


def test_a_program_that_brings_nothing_back_is_refused() -> None:
    assert problems(outputs="") == [
        "outputs: is empty: nothing would come back. Name the files or folders that your program writes."
    ]


def test_a_task_that_resumes_needs_its_checkpoint_files() -> None:
    said = ["checkpoint_files: is empty. Name the files from which a task goes on."]
    assert problems(resume="yes", checkpoint_files="") == said
    assert read_answers({"resume": "no", "checkpoint_files": ""}).checkpoint_files == ("checkpoints/",)


# --- the image ---


@pytest.mark.parametrize(
    "image",
    [
        "docker://quay.io/me/work:1.0",
        "oras://ghcr.io/me/work:1",
        "osdf:///chtc/staging/b/bucky/work.sif",
        "file:///staging/groups/lab/work.sif",
        "pelican://chtc.wisc.edu/researchdrive/pi/CHTC/work.sif",
        "docker://me/work@sha256:abc",
        "images/work.sif",
    ],
)
def test_an_image_that_htcondor_can_fetch_is_taken(image: str) -> None:
    assert read_answers({"container": "existing", "image": image}).image == image


@pytest.mark.parametrize("image", ["", "work", "me/work:1.0", "docker://me/a work", "docker://a,b", "$(x).sif"])
def test_an_image_that_htcondor_cannot_fetch_is_refused(image: str) -> None:
    assert problems(container="existing", image=image) == [
        "image: is no image that HTCondor can fetch. Write docker://name:tag, oras://…, osdf:///…, or file.sif"
    ]


def test_an_image_is_not_looked_at_where_one_is_built() -> None:
    assert read_answers({"container": "apptainer", "image": "no image at all"}).image == ""


# --- packages ---


ENVIRONMENT = "name: work\nchannels:\n  - conda-forge\ndependencies:\n  - numpy"


def test_a_conda_environment_keeps_its_indentation() -> None:
    assert read_answers({"packages": ENVIRONMENT}).packages == tuple(ENVIRONMENT.split("\n"))


def test_a_conda_environment_is_nothing_for_r() -> None:
    assert problems(framework="r", gpu="no", packages=ENVIRONMENT) == [
        "packages: is an environment of conda, and the image is one of R. Write R packages, one a line."
    ]


@pytest.mark.parametrize("image", ["Me/work:1", "me work:1", "me/work:1:2", "--rm", "oras://ghcr.io/me/work:1"])
def test_what_is_no_name_to_push_is_refused(image: str) -> None:
    assert problems(container="docker", image=image) == [
        "image: is no name under which an image can be pushed. Write name:tag, such as bucky/sweep:1"
    ]


@pytest.mark.parametrize("image", ["bucky/sweep:1", "docker://ghcr.io/me/work:2026-11", "quay.io:443/lab/work:1.0"])
def test_a_name_to_push_is_taken(image: str) -> None:
    assert read_answers({"container": "docker", "image": image}).image == image


@pytest.mark.parametrize("name", ["libgl1; reboot", "-y", "LibGL", "$(id)", "git curl"])
def test_what_is_no_name_of_a_system_package_is_refused(name: str) -> None:
    assert problems(system_packages=[name]) == [
        f'system_packages: "{name}" is no package name. One name a line, such as libgl1'
    ]


@pytest.mark.parametrize("name", ["git", "libgl1", "g++", "libstdc++6=12.2.0-14+deb12u1", "python3.12-dev"])
def test_the_name_of_a_system_package_is_taken(name: str) -> None:
    assert read_answers({"system_packages": [name]}).system_packages == (name,)


def test_a_list_that_makes_more_jobs_than_any_pool_takes_is_refused() -> None:
    answers = {"task_source": "parts", "kind": "inference", "command": "python t.py {part}", "input_time": "3 h"}
    assert problems(**answers, count="2000000") == [
        "count: makes 2,000,000 jobs. At most 1,000,000: plan a part of the list first."
    ]
    assert problems(**answers, count="1000000000")
    assert read_answers({**answers, "count": "1000000"}).count == 1_000_000


# --- the data ---


def test_data_must_be_called_something() -> None:
    assert problems(data_path="") == ["data_path: is empty. Write the name of the file or folder."]
    assert read_answers({"data_place": "none", "data_path": ""}).data_place == "none"


@pytest.mark.parametrize("path", ["https://x.org/$ENV(TOKEN)", "x/$(task)/y", "$$(Name)/x", "$CHOICE(0,row)/x"])
@pytest.mark.parametrize("place", ["computer", "staging", "web"])
def test_a_macro_in_the_path_of_the_data_is_refused(path: str, place: str) -> None:
    """HTCondor would fill it in from the environment of whoever submits, and ask a server for the result."""
    assert problems(data_place=place, data_path=path)[0] == (
        "data_path: holds a macro of HTCondor. Write the path itself: HTCondor would fill in $(…) and $ENV(…)."
    )


def test_a_path_from_home_is_not_known_to_a_job() -> None:
    assert problems(data_path="~/images/") == [
        "data_path: begins with ~. Write the whole path, or the path from the folder you submit from."
    ]


# --- together ---


def test_every_problem_comes_at_once() -> None:
    assert [
        said.split(": ")[0] for said in problems(**ONE_TASK, cpus="many", outputs="", data_path="~/x", memory="5")
    ] == [
        "cpus",
        "memory",
        "data_path",
        "outputs",
    ]


def test_what_could_not_be_read_is_not_judged_together_with_the_rest() -> None:
    assert problems(task_source="one", command=5) == ['command: "5" cannot be used. Write a text, in quotes.']
    assert [said.split(": ")[0] for said in problems(grid="lr", command="run {lr} {batch}")] == ["grid"]
