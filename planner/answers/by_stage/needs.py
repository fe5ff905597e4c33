"""Stage 2, distribute: what one task needs of a machine."""

from dataclasses import dataclass
from typing import Any

from planner.answers.fields import Choice, Count
from planner.answers.quantities import Amount, Parameters, Span
from planner.answers.question import ask
from planner.units import Duration, Size


def _uses_gpu(answers: Any) -> bool:
    return bool(answers.gpu != "no")


def _in_parts(answers: Any) -> bool:
    return bool(answers.task_source == "parts")


def _estimates_memory(answers: Any) -> bool:
    return bool(answers.model_parameters)


@dataclass(frozen=True, kw_only=True)
class Needs:
    """Questions about GPUs, CPUs, memory and time."""

    gpu: str = ask(
        "Does a task use a GPU?",
        Choice(
            (
                ("needs", "it cannot run without"),
                ("helps", "it runs without, but slower"),
                ("no", "no"),
                ("unknown", "not sure"),
            )
        ),
        default="needs",
    )
    time_on_gpu: Duration | None = ask(
        "How long does one task take on a GPU?",
        Span(),
        default=Duration.of_hours(3),
        asked=lambda answers: _uses_gpu(answers) and not _in_parts(answers),
        newcomer=True,
    )
    time_on_cpu: Duration | None = ask(
        "How long does one task take without a GPU?",
        Span(),
        default=None,
        asked=lambda answers: answers.gpu != "needs" and not _in_parts(answers),
    )
    gpus: int = ask(
        "How many GPUs does one task use at the same time?",
        Count(1, 64),
        default=1,
        asked=_uses_gpu,
        more=True,
    )
    gpu_memory: Size | None = ask(
        "How much GPU memory does a task need at most?",
        Amount(),
        default=Size.of_gb(12),
        help="What nvidia-smi shows while it runs, or the size of the card on which it runs now.",
        asked=_uses_gpu,
    )
    model_parameters: int | None = ask(
        "How many weights has the model?",
        Parameters(),
        default=None,
        help="350M or 7B: GPU memory is then estimated from it. Empty: no estimate.",
        asked=lambda answers: _uses_gpu(answers) and answers.gpu_memory is None,
    )
    tuning: str = ask(
        "Which weights are trained?",
        Choice((("full", "all"), ("lora", "LoRA adapters"), ("qlora", "adapters on a 4-bit model"))),
        default="lora",
        asked=lambda answers: answers.kind == "finetuning",
    )
    precision: str = ask(
        "In which precision does it compute?",
        Choice(
            (
                ("not sure", "not sure"),
                ("fp32", "32 bit"),
                ("bf16", "bfloat16, mixed"),
                ("fp16", "16 bit, mixed"),
                ("int8", "8 bit"),
                ("int4", "4 bit"),
            )
        ),
        default="not sure",
        help="int8 and int4 are for weights that are not trained.",
        asked=_uses_gpu,
        more=True,
    )
    batch: int = ask(
        "How many examples in one step on one GPU?",
        Count(1, 1_000_000),
        default=8,
        help="Not multiplied by gradient accumulation.",
        asked=_estimates_memory,
    )
    sequence_length: int = ask(
        "How many tokens in the longest example?",
        Count(1, 100_000_000),
        default=2048,
        help="Padding counts; for inference, prompt and answer together.",
        asked=lambda answers: _estimates_memory(answers) and answers.kind in ("finetuning", "inference"),
    )
    cpus: int = ask(
        "How many CPU cores does a task use?",
        Count(1, 1024),
        default=lambda answers: 1 if answers.gpu == "no" else 4,
        help="Count the workers that load data.",
    )
    memory: Size | None = ask(
        "How much main memory does a task need at most?",
        Amount(),
        default=Size.of_gb(16),
    )
