"""Stage 1, develop and test: the software and one task."""

from dataclasses import dataclass
from typing import Any

from planner.answers.fields import Choice, Line, Lines, Name, PackageLines, Paths, Variables
from planner.answers.quantities import Amount
from planner.answers.question import ask
from planner.facts.frameworks import CPU_ONLY, frameworks
from planner.facts.pools import pools
from planner.units import Size

NOT_SURE = "not sure"


def _versions(answers: Any) -> tuple[str, ...]:
    return tuple(release.version for release in frameworks()[answers.framework].releases)


def _newest(answers: Any) -> str:
    return _versions(answers)[0]


def _cuda_builds(answers: Any) -> tuple[str, ...]:
    release = frameworks()[answers.framework].release(answers.framework_version)
    return (NOT_SURE, *(build.cuda for build in release.builds)) if release else (NOT_SURE, CPU_ONLY)


def _has_cuda_builds(answers: Any) -> bool:
    return answers.gpu != "no" and frameworks()[answers.framework].has_cuda


def _usual_packages(answers: Any) -> tuple[str, ...]:
    if frameworks()[answers.framework].language == "r":
        return ()
    return ("numpy==2.3.4", "pandas==2.3.3", "pillow==12.0.0", "tqdm==4.67.1")


def _starts_from_a_model(answers: Any) -> bool:
    return answers.kind in ("finetuning", "inference")


@dataclass(frozen=True, kw_only=True)
class Develop:
    """What is run: questions of the first stage."""

    pool: str = ask(
        "Which pool will run your work?",
        Choice(lambda: tuple((key, pool.name[:1].upper() + pool.name[1:]) for key, pool in pools().items())),
        default="chtc",
    )
    project: str = ask(
        "A short name for this work",
        Name(r"[a-z][a-z0-9-]{0,29}", "Use a–z, 0–9 and -, begin with a letter, at most 30 characters."),
        default="sweep",
        help="Your files will carry it: sweep.sub, sweep-v1.sif.",
        newcomer=True,
    )
    kind: str = ask(
        "What are you doing?",
        Choice(
            (
                ("training", "train one model"),
                ("sweep", "the same training with many settings"),
                ("ensemble", "the same training with other seeds or folds"),
                ("finetuning", "adapt a pretrained model"),
                ("inference", "run a trained model over many inputs"),
                ("other", "something else"),
            )
        ),
        default="sweep",
    )
    framework: str = ask(
        "Which library does the heavy work?",
        Choice(tuple((key, framework.name) for key, framework in frameworks().items())),
        default="pytorch",
        help="Hugging Face on PyTorch: choose PyTorch.",
    )
    framework_version: str = ask(
        "Which version?",
        Name(r"[A-Za-z0-9][A-Za-z0-9.+! -]{0,29}", 'Write a version such as "2.12.1".'),
        default=_newest,
        help="On your machine, pip show with the library's name (torch, tensorflow, …) prints it; in R, getRversion().",
        asked=lambda answers: answers.framework != "other",
        suggest=_versions,
    )
    cuda: str = ask(
        "Which CUDA was it built with?",
        Name(r"not sure|cpu|\d{2}(\.\d)?", 'Write a version such as "12.6", "cpu", or "not sure".'),
        default=NOT_SURE,
        help='For PyTorch, python -c "import torch; print(torch.version.cuda)" prints it. Not sure: the planner picks the build '
        "that most cards run.",
        asked=_has_cuda_builds,
        suggest=_cuda_builds,
    )
    packages: tuple[str, ...] = ask(
        "Which other packages does it need?",
        PackageLines(),
        default=_usual_packages,
        help="Paste requirements.txt (pip freeze prints it), an environment.yml of conda, or names of R packages, one a "
        "line, with versions.",
        asked=lambda answers: answers.container != "existing",
        newcomer=True,
    )
    system_packages: tuple[str, ...] = ask(
        "Anything from the system?",
        Lines(),
        default=(),
        help="Debian or Ubuntu packages such as git or libgl1, one a line.",
        asked=lambda answers: answers.container != "existing",
        more=True,
    )
    environment: tuple[tuple[str, str], ...] = ask(
        "Which environment variables does it need?",
        Variables(),
        default=(),
        help="One NAME=value a line. Never a key or a password.",
        more=True,
    )
    container: str = ask(
        "How shall your software be packed?",
        Choice(
            (
                ("apptainer", "Apptainer, built on the pool (start here)"),
                ("docker", "Docker, built on your own computer"),
                ("existing", "an image is there already"),
            )
        ),
        default="apptainer",
    )
    image: str = ask(
        "What is the image called?",
        Line(),
        default="",
        help="Built with Docker: name:tag under which you push it, such as bucky/sweep:1. There already: docker://name:tag, "
        "oras://…, osdf:///…, file:///…, or a .sif file beside the submit file.",
        asked=lambda answers: answers.container in ("docker", "existing"),
    )
    command: str = ask(
        "What do you type to run one task?",
        Line(),
        default="python train.py --lr {lr} --batch {batch}",
        help="Put {name} where a value changes from task to task.",
        newcomer=True,
    )
    code: tuple[str, ...] = ask(
        "Which files and folders of your own code does it need?",
        Paths(),
        default=("train.py",),
        help="One a line, as they lie beside the submit file.",
        newcomer=True,
    )
    model: str = ask(
        "Which pretrained model do you start from?",
        Line(),
        default="",
        help="Its name on Hugging Face, such as mistralai/Mistral-7B-v0.3, or the name of your own folder or file. "
        "Empty: none.",
        asked=_starts_from_a_model,
        newcomer=True,
    )
    model_size: Size | None = ask(
        "How large are its files?",
        Amount(),
        default=None,
        help="The sum of the weight files that its page on Hugging Face lists, or what du -sh prints.",
        asked=lambda answers: _starts_from_a_model(answers) and bool(answers.model),
    )
