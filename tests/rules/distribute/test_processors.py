from dataclasses import replace

import pytest

from planner.advice import Part
from planner.answers import read_answers
from planner.engine import make_plan
from planner.facts.pools import pools
from planner.rules import memory as memory_rules
from planner.units import Size
from tests.helpers import NUMBERED, ONE_TASK, ask, required, settings, texts, words

CARDS = [
    "Tesla P100-PCIE-16GB",
    "NVIDIA GeForce RTX 2080 Ti",
    "NVIDIA A100-SXM4-40GB",
    "NVIDIA A100-SXM4-80GB",
    "NVIDIA L40",
    "NVIDIA L40S",
    "NVIDIA H100 80GB HBM3",
    "NVIDIA H200",
]


def models(**answers: object) -> list[str]:
    return [card.model.value for card in settings(**answers).cards]


# --- gpu-or-cpu ---


def test_gpu_or_cpu_is_a_gpu_for_a_task_that_needs_one() -> None:
    assert words(ask("gpu-or-cpu")) == ("set", "Run on GPUs", "A task cannot run without one.")
    assert settings().processor == "gpu"


def test_gpu_or_cpu_is_a_cpu_for_a_task_that_uses_no_gpu() -> None:
    assert words(ask("gpu-or-cpu", gpu="no")) == ("set", "Run on CPUs", "A task does not use a GPU.")
    assert settings(gpu="no").processor == "cpu"


def test_gpu_or_cpu_lists_every_way_with_its_hours_or_its_why_not() -> None:
    assert [
        (way.name, way.at_once, str(way.time_to_result), way.infeasible_because)
        for way in settings(time_on_gpu="20 h").ways
    ] == [
        (
            "GPUs, short length",
            60,
            "None",
            "a task takes 20 h, the limit is 12 h and it cannot go on after a stop",
        ),
        ("GPUs, medium length", 40, "40 h", ""),
        ("GPUs, long length", 4, "12 d 12 h", ""),
        ("CPUs", 60, "None", "a task cannot run without a GPU"),
    ]


def test_gpu_or_cpu_names_no_gpu_queue_for_a_task_that_uses_no_gpu() -> None:
    assert [way.name for way in settings(gpu="no").ways] == ["CPUs"]


def test_gpu_or_cpu_takes_the_gpu_where_its_last_result_is_there_first() -> None:
    assert words(ask("gpu-or-cpu", gpu="helps", time_on_cpu="20 h")) == (
        "set",
        "Run on GPUs, short length",
        "At best the last result is there after 3 h on GPUs (60 jobs at once) and after 20 h on CPUs (all at once).",
    )
    assert settings(gpu="helps", time_on_cpu="20 h").processor == "gpu"


def test_gpu_or_cpu_takes_the_cpu_where_its_last_result_is_there_first() -> None:
    assert words(ask("gpu-or-cpu", gpu="helps", time_on_cpu="2 h")) == (
        "set",
        "Run on CPUs",
        "At best the last result is there after 3 h on GPUs (60 jobs at once) and after 2 h on CPUs (all at once).",
    )
    assert settings(gpu="helps", time_on_cpu="2 h").processor == "cpu"


def test_gpu_or_cpu_takes_the_cpu_where_both_end_together() -> None:
    assert settings(gpu="helps", time_on_cpu="3 h").processor == "cpu"


def test_gpu_or_cpu_compares_with_the_cpu_jobs_that_were_assumed() -> None:
    assert words(ask("gpu-or-cpu", gpu="helps", time_on_cpu="20 h", cpu_jobs_at_once="5")) == (
        "set",
        "Run on GPUs, short length",
        "At best the last result is there after 3 h on GPUs (60 jobs at once) and after 10 d on CPUs (5 at once, an assumption that you may change).",
    )


def test_gpu_or_cpu_compares_two_hundred_tasks_in_rounds() -> None:
    assert words(ask("gpu-or-cpu", gpu="helps", time_on_cpu="4 h", count="200", **NUMBERED)) == (
        "set",
        "Run on CPUs",
        "At best the last result is there after 9 h on GPUs (81 jobs at once) and after 8 h on CPUs (100 at once, an assumption that you may change).",
    )


OPEN = (
    "The two can be compared only by the time on each: the last result is there when the tasks, divided by how many run "
    "at once, are done. What is built for GPUs runs on CPUs too."
)


def test_gpu_or_cpu_without_the_time_on_a_cpu_writes_a_trial_there() -> None:
    assert words(ask("gpu-or-cpu", gpu="helps")) == (
        "warn",
        "Measure one task on a CPU with test.sub and test-cpu.sub; this plan uses GPUs",
        OPEN,
    )
    assert settings(gpu="helps").processor == "gpu"
    assert settings(gpu="helps").cpu_test_lines == ()


def test_gpu_or_cpu_without_the_time_on_a_gpu_plans_for_gpus_since_their_image_runs_on_both() -> None:
    assert words(ask("gpu-or-cpu", gpu="helps", time_on_gpu="not measured", time_on_cpu="20 h")) == (
        "warn",
        "Measure one task on a GPU with test.sub and test-cpu.sub; this plan uses GPUs",
        OPEN,
    )
    assert settings(gpu="helps", time_on_gpu="not measured", time_on_cpu="20 h").processor == "gpu"


def test_gpu_or_cpu_cannot_compare_a_long_list_by_its_one_time() -> None:
    parts = {"task_source": "parts", "command": "python run.py {part}", "count": "1000", "input_time": "10 s"}
    assert words(ask("gpu-or-cpu", gpu="helps", **parts)) == (
        "warn",
        "Measure one input on a GPU and on a CPU with test.sub and test-cpu.sub; this plan uses GPUs",
        OPEN,
    )


def test_gpu_or_cpu_writes_no_second_trial_where_it_is_decided() -> None:
    assert settings().cpu_test_lines is None
    assert settings(gpu="helps", time_on_cpu="20 h").cpu_test_lines is None
    assert settings(gpu="no").cpu_test_lines is None


def test_gpu_or_cpu_not_sure_tries_both_where_the_library_can_use_gpus() -> None:
    assert words(ask("gpu-or-cpu", gpu="unknown")) == (
        "warn",
        "Plan for GPUs, and run test.sub and test-cpu.sub: the same trial on each processor",
        "You are not sure that a GPU is used. nvidia-smi shows it while a task runs on your machine; a card asked for and left idle makes you wait for nothing. If both take equally long, say that a task uses none.",
    )
    assert settings(gpu="unknown").processor == "gpu"
    assert settings(gpu="unknown").cpu_test_lines == ()


def test_gpu_or_cpu_not_sure_plans_for_cpus_with_another_library() -> None:
    assert words(ask("gpu-or-cpu", gpu="unknown", framework="other")) == (
        "warn",
        "Plan for CPUs, and see with nvidia-smi whether a task uses a card",
        "You are not sure that a GPU is used. nvidia-smi shows it while a task runs on your machine; a card asked for and left idle makes you wait for nothing.",
    )
    assert settings(gpu="unknown", framework="other").processor == "cpu"


def test_gpu_or_cpu_always_speaks() -> None:
    for gpu in ("needs", "helps", "no", "unknown"):
        assert ask("gpu-or-cpu", gpu=gpu)


# --- gpu-memory-floor ---


def test_gpu_memory_floor_takes_what_a_task_needs() -> None:
    assert words(ask("gpu-memory-floor")) == (
        "set",
        "Ask for cards with at least 12 GB of memory",
        "That is the most one task needs, as you said, and no card of the pool is sold as 12 GB, so it can stand as it is.",
    )
    assert settings().gpu_memory_floor == Size.of_gb(12)


def test_gpu_memory_floor_for_a_40_gb_card_is_39000_mb() -> None:
    assert words(ask("gpu-memory-floor", gpu_memory="40 GB")) == (
        "set",
        "Ask for 39000 MB of GPU memory, not 40 GB",
        "40 GB is the nominal size of NVIDIA A100-SXM4-40GB, which reports less: asked for literally, it would match none of them. If your task truly fills 40 GB, write a little more than that.",
    )
    assert settings(gpu_memory="40 GB").gpu_memory_floor == Size.parse("39000 MB")


@pytest.mark.parametrize(
    ("nominal", "floor", "card"),
    [
        ("11 GB", "10000 MB", "NVIDIA GeForce RTX 2080 Ti"),
        ("10 GB", "10000 MB", "NVIDIA GeForce RTX 2080 Ti"),
        ("16 GB", "15000 MB", "Tesla P100-PCIE-16GB"),
        ("45 GB", "44000 MB", "NVIDIA L40"),
        ("48 GB", "44000 MB", "NVIDIA L40"),
        ("80 GB", "78000 MB", "NVIDIA A100-SXM4-80GB"),
        ("141 GB", "130000 MB", "NVIDIA H200"),
    ],
)
def test_gpu_memory_floor_lies_below_every_nominal_size(nominal: str, floor: str, card: str) -> None:
    assert words(ask("gpu-memory-floor", gpu_memory=nominal)) == (
        "set",
        f"Ask for {floor} of GPU memory, not {nominal}",
        f"{nominal} is the nominal size of {card}, which reports less: asked for literally, it would match none of them. If your task truly fills {nominal}, write a little more than that.",
    )
    assert settings(gpu_memory=nominal).gpu_memory_floor == Size.parse(floor)
    assert card in models(gpu_memory=nominal)


def test_gpu_memory_floor_is_not_set_where_nothing_was_measured() -> None:
    assert words(ask("gpu-memory-floor", gpu_memory="not measured")) == (
        "warn",
        "Measure GPU memory in the test job: its log shows it as GpusMemory",
        "You have not measured it, so no floor is set, and a job may meet a card that is too small for it. With the number of weights it could be estimated.",
    )
    assert settings(gpu_memory="not measured").gpu_memory_floor is None


TUNING = {"kind": "finetuning", "gpu_memory": "not measured", "batch": "1", **ONE_TASK}


def test_gpu_memory_floor_is_the_upper_end_of_an_estimate() -> None:
    assert words(ask("gpu-memory-floor", model_parameters="7B", **TUNING)) == (
        "warn",
        "Ask for cards with at least 26 GB of memory, and measure it in the test job",
        "You have not measured it. LoRA fine-tuning of 7B weights takes about 17 GB on each card, between 12.8 GB and 25.5 GB: 13.1 GB weights + 1.8 GB what CUDA and the program keep + 866.1 MB activations + 750 MB loss over the vocabulary + 625.8 MB adapters and their optimizer. Assumed: the shape of a network like Llama-2-7B; 1 at a time with 2,048 tokens each; AdamW; gradient checkpointing on; adapters of rank 16 on every matrix. Less is needed with weights in fewer bits.",
    )
    assert settings(model_parameters="7B", **TUNING).gpu_memory_floor == Size.of_gb(26)
    assert required(ask("gpu-memory-floor", model_parameters="7B", **TUNING)).anchor_question == "gpu_memory"


def test_gpu_memory_floor_of_an_estimate_names_its_sources() -> None:
    cited = {source.key for source in required(ask("gpu-memory-floor", model_parameters="7B", **TUNING)).sources}
    assert {"memory-states", "memory-activations", "memory-qlora", "memory-qw"} <= cited
    assert not any(source.key.startswith("memory-") for source in required(ask("gpu-memory-floor")).sources)


def test_gpu_memory_floor_leaves_the_largest_card_in_where_the_lower_end_fits_it() -> None:
    advice = ask("gpu-memory-floor", model_parameters="70B", **TUNING)
    assert words(advice)[1] == "Ask for cards with at least 130000 MB of memory, and measure it in the test job"
    assert "130000 MB is what NVIDIA H200 surely has, and may not be enough." in words(advice)[2]
    assert models(model_parameters="70B", **TUNING) == ["NVIDIA H200"]


def test_gpu_memory_floor_beyond_every_card_stops_the_plan() -> None:
    huge = {"model_parameters": "70B", "tuning": "full", **TUNING}
    assert "Less is needed with LoRA, or an optimizer with 8-bit states." in words(ask("gpu-memory-floor", **huge))[2]
    assert words(ask("cards-that-match", **huge))[0] == "stop"


def test_gpu_memory_floor_warns_of_libraries_that_reserve_the_card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_rules, "RESERVING", {"pytorch"})
    reserved = " This library takes a large share of any card at its start: the log shows that, and not what is needed."
    assert words(ask("gpu-memory-floor", gpu_memory="not measured"))[2].endswith(reserved)
    assert words(ask("gpu-memory-floor", model_parameters="7B", **TUNING))[2].endswith(reserved)


def test_gpu_memory_floor_is_silent_without_a_gpu() -> None:
    assert ask("gpu-memory-floor", gpu="no") is None


# --- cards-that-match ---


def test_cards_that_match_are_counted_and_the_others_named() -> None:
    assert words(ask("cards-that-match")) == (
        "set",
        "Expect 114 cards to match",
        "114 of 122 cards match; left out is NVIDIA GeForce RTX 2080 Ti (10 GB of memory).",
    )
    assert models() == [model for model in CARDS if model != "NVIDIA GeForce RTX 2080 Ti"]


def test_cards_that_match_are_all_where_little_is_asked() -> None:
    assert words(ask("cards-that-match", gpu_memory="8 GB")) == (
        "set",
        "Expect 122 cards to match",
        "122 of 122 cards match.",
    )
    assert models(gpu_memory="8 GB") == CARDS


@pytest.mark.parametrize(("memory", "cards"), [("39000 MB", 110), ("44000 MB", 102), ("78000 MB", 56)])
def test_cards_that_match_a_floor_of_memory(memory: str, cards: int) -> None:
    assert words(ask("cards-that-match", gpu_memory=memory))[1] == f"Expect {cards} cards to match"


def test_cards_that_match_leave_out_the_p100_for_its_capability() -> None:
    assert words(ask("cards-that-match", gpu_memory="8 GB", cuda="13.0")) == (
        "set",
        "Expect 118 cards to match",
        "118 of 122 cards match; left out is Tesla P100-PCIE-16GB (capability 6.0, below 7.5).",
    )


def test_cards_that_match_leave_out_what_is_newer_than_the_build() -> None:
    chtc = pools()["chtc"]
    newest = replace(chtc.cards[-1], capability=replace(chtc.cards[-1].capability, value=12.0))
    pool = replace(chtc, cards=(*chtc.cards[:-1], newest))
    answers = read_answers({"gpu_memory": "8 GB", "cuda": "12.6"})
    said = {advice.rule: advice for advice in make_plan(answers, pool).advice}
    assert words(said["cards-that-match"]) == (
        "set",
        "Expect 106 cards to match",
        "106 of 122 cards match; left out is NVIDIA H200 (capability 12.0, above 9.0).",
    )


def test_cards_that_match_count_servers_with_enough_of_them() -> None:
    assert words(ask("cards-that-match", gpu_memory="8 GB", gpus="8")) == (
        "set",
        "Expect 78 cards to match",
        "78 of 122 cards match; left out are Tesla P100-PCIE-16GB (2 to a server), NVIDIA A100-SXM4-40GB (4 to a server), NVIDIA A100-SXM4-80GB (4 to a server).",
    )


def test_cards_that_match_no_task_stop_the_plan() -> None:
    assert words(ask("cards-that-match", gpu_memory="200 GB")) == (
        "stop",
        "Ask less of the card",
        "None of 122 cards matches: Tesla P100-PCIE-16GB (16 GB of memory), NVIDIA GeForce RTX 2080 Ti (10 GB of memory), NVIDIA A100-SXM4-40GB (40 GB of memory), NVIDIA A100-SXM4-80GB (80 GB of memory), NVIDIA L40 (45 GB of memory), NVIDIA L40S (45 GB of memory), NVIDIA H100 80GB HBM3 (80 GB of memory), NVIDIA H200 (141 GB of memory).",
    )
    assert models(gpu_memory="200 GB") == []


def test_cards_that_match_none_with_eleven_in_one_server() -> None:
    advice = ask("cards-that-match", gpu_memory="8 GB", gpus="11")
    assert words(advice)[:2] == ("stop", "Ask less of the card")
    assert "NVIDIA L40 (10 to a server)" in words(advice)[2]


def test_cards_that_match_are_named_a_few_below_a_tenth_of_the_pool() -> None:
    chtc = pools()["chtc"]
    one_server = replace(chtc.cards[-1], servers=replace(chtc.cards[-1].servers, value=1))
    pool = replace(chtc, cards=(*chtc.cards[:-1], one_server))
    said = {advice.rule: advice for advice in make_plan(read_answers({"gpu_memory": "141 GB"}), pool).advice}
    assert words(said["cards-that-match"]) == (
        "warn",
        "Ask less of the card if you can: smaller batches, half precision, gradient accumulation",
        "Only 8 of 114 cards match; left out are Tesla P100-PCIE-16GB (16 GB of memory), NVIDIA GeForce RTX 2080 Ti (10 GB of memory), NVIDIA A100-SXM4-40GB (40 GB of memory), NVIDIA A100-SXM4-80GB (80 GB of memory), NVIDIA L40 (45 GB of memory), NVIDIA L40S (45 GB of memory), NVIDIA H100 80GB HBM3 (80 GB of memory). Jobs wait for one of the few.",
    )


def test_cards_that_match_141_gb_are_sixteen_and_called_few() -> None:
    advice = ask("cards-that-match", gpu_memory="141 GB")
    assert words(advice)[:2] == (
        "warn",
        "Ask less of the card if you can: smaller batches, half precision, gradient accumulation",
    )
    assert models(gpu_memory="141 GB") == ["NVIDIA H200"]


def test_cards_that_match_is_silent_without_a_gpu() -> None:
    assert ask("cards-that-match", gpu="no") is None
    assert models(gpu="no") == []


# --- loosen-a-constraint ---


def test_loosen_a_constraint_counts_what_less_memory_would_gain() -> None:
    assert words(ask("loosen-a-constraint", gpu_memory="80 GB")) == (
        "tip",
        "See whether a task can do with less of a card",
        "Now 56 of 122 cards match; with no more than 44 GB of GPU memory 102 would.",
    )


def test_loosen_a_constraint_counts_what_fewer_gpus_would_gain() -> None:
    assert words(ask("loosen-a-constraint", gpus="8"))[2] == "Now 70 of 122 cards match; with 4 GPUs a task 110 would."


def test_loosen_a_constraint_counts_what_another_build_would_gain() -> None:
    chtc = pools()["chtc"]
    newest = replace(
        chtc.cards[2],
        capability=replace(chtc.cards[2].capability, value=12.0),
        servers=replace(chtc.cards[2].servers, value=10),
    )
    pool = replace(chtc, cards=(*chtc.cards[:2], newest, *chtc.cards[3:]))
    said = {
        advice.rule: advice for advice in make_plan(read_answers({"gpu_memory": "8 GB", "cuda": "12.6"}), pool).advice
    }
    assert (
        words(said["loosen-a-constraint"])[2] == "Now 114 of 154 cards match; with the build for CUDA 13.0 150 would."
    )


def test_loosen_a_constraint_helps_where_nothing_matches() -> None:
    assert words(ask("loosen-a-constraint", gpu_memory="200 GB"))[2] == (
        "Now 0 of 122 cards match; with no more than 138 GB of GPU memory 16 would."
    )


def test_loosen_a_constraint_is_silent_where_little_is_gained() -> None:
    assert ask("loosen-a-constraint") is None
    assert ask("loosen-a-constraint", gpu="no") is None


# --- gpu-request ---


def test_gpu_request_is_one_card_with_the_pools_own_word() -> None:
    assert words(ask("gpu-request")) == (
        "set",
        "Request 1 GPU",
        "You use one card a task; +WantGPULab = true opens the shared cards.",
    )
    assert settings().request_gpus == 1
    assert texts(settings().gpu_lines) == ("+WantGPULab = true",)


def test_gpu_request_of_several_cards_wants_them_in_one_machine() -> None:
    assert words(ask("gpu-request", gpus="2")) == (
        "set",
        "Request 2 GPUs",
        "You use 2 cards a task, all in one machine; +WantGPULab = true opens the shared cards.",
    )
    assert settings(gpus="2").request_gpus == 2


def test_gpu_request_is_silent_without_a_gpu() -> None:
    assert ask("gpu-request", gpu="no") is None
    assert settings(gpu="no").request_gpus == 0
    assert settings(gpu="no").gpu_lines == ()


# --- several-gpus ---


def test_several_gpus_are_compared_with_one() -> None:
    assert words(ask("several-gpus", gpus="4")) == (
        "tip",
        "Compare one task on one GPU with one on several before you submit all",
        "4 cards must be free in one machine at the same time, and they may differ. Start it with torchrun, one process a card.",
    )


def test_several_gpus_of_another_library_name_no_torchrun() -> None:
    assert "torchrun" not in words(ask("several-gpus", gpus="4", framework="other"))[2]


def test_several_gpus_more_than_a_server_has_are_not_for_this_pool() -> None:
    assert words(ask("several-gpus", gpus="16")) == (
        "stop",
        "Use at most 10 GPUs a task, or a system for work across machines",
        "No server of the pool has more than 10 cards, and a task runs on one server.",
    )


def test_several_gpus_is_silent_about_one_and_about_none() -> None:
    assert ask("several-gpus") is None
    assert ask("several-gpus", gpu="no") is None


# --- cpus ---


def test_cpus_are_those_that_a_task_uses() -> None:
    assert words(ask("cpus")) == (
        "set",
        "Request 4 CPUs",
        "That is what a task uses, as you said, and below the 20 from which jobs wait longer.",
    )
    assert settings().request_cpus == 4


def test_cpus_without_a_gpu_are_one_unless_you_say_more() -> None:
    assert words(ask("cpus", gpu="no"))[1] == "Request 1 CPU"
    assert settings(gpu="no", cpus="8").request_cpus == 8


def test_cpus_from_20_on_are_waited_for() -> None:
    assert words(ask("cpus", cpus="20")) == (
        "warn",
        "Expect to wait for 20 cores",
        "Jobs under 20 cores start sooner; work that needs several machines at once belongs elsewhere.",
    )
    assert settings(cpus="20").request_cpus == 20


def test_cpus_always_speaks() -> None:
    assert words(ask("cpus", cpus="19"))[1] == "Request 19 CPUs"
    assert ask("cpus", gpu="no", cpus="1024")


# --- memory ---


def test_memory_of_many_jobs_is_tried_once_more_with_twice_as_much() -> None:
    assert words(ask("memory")) == (
        "set",
        "Request 16 GB of memory",
        "That is the most one task needs, as you said. A job that needs more is run again with 32 GB.",
    )
    assert settings().request_memory == Size.of_gb(16)
    assert settings().retry_memory == Size.of_gb(32)


def test_memory_of_one_job_is_not_tried_again() -> None:
    assert words(ask("memory", memory="8 GB", **ONE_TASK)) == (
        "set",
        "Request 8 GB of memory",
        "That is the most one task needs, as you said.",
    )
    assert settings(memory="8 GB", **ONE_TASK).retry_memory is None


def test_memory_not_measured_is_assumed_and_said_so() -> None:
    assert words(ask("memory", memory="not measured")) == (
        "warn",
        "Request 16 GB of memory, and measure it in the test job",
        "You have not measured it; the log of the test job shows what it used. A job that needs more is run again with 32 GB.",
    )
    assert settings(memory="not measured").request_memory == Size.of_gb(16)


def test_memory_above_200_gb_is_talked_about_first() -> None:
    assert words(ask("memory", memory="250 GB", **ONE_TASK)) == (
        "warn",
        "Write to chtc@cs.wisc.edu before you request 250 GB of memory",
        "That is more than 200 GB: few machines have it, and the staff wants to know first.",
    )
    assert settings(memory="250 GB", **ONE_TASK).request_memory == Size.of_gb(250)


def test_memory_of_200_gb_needs_no_word() -> None:
    assert words(ask("memory", memory="200 GB", **ONE_TASK))[:2] == ("set", "Request 200 GB of memory")


def test_memory_always_speaks() -> None:
    for memory in ("1 GB", "16 GB", "2 TB", "not measured"):
        assert ask("memory", memory=memory)


# --- disk ---


def test_disk_is_a_sum_and_a_fifth() -> None:
    assert words(ask("disk")) == (
        "set",
        "Request 38 GB of disk",
        "5 GB image + 12 GB data as transferred + 12 GB data unpacked + 100 MB results + 2 GB caches and temporary files, and a fifth over.",
    )
    assert settings().request_disk == Size.of_gb(38)
    assert settings().disk_parts == (
        Part("image", Size.of_gb(5)),
        Part("data as transferred", Size.of_gb(12)),
        Part("data unpacked", Size.of_gb(12)),
        Part("results", Size.parse("100 MB")),
        Part("caches and temporary files", Size.of_gb(2)),
    )


def test_disk_without_data_is_image_results_and_caches() -> None:
    assert words(ask("disk", data_place="none")) == (
        "set",
        "Request 9 GB of disk",
        "5 GB image + 100 MB results + 2 GB caches and temporary files, and a fifth over.",
    )


def test_disk_for_a_file_that_is_no_archive_holds_it_once() -> None:
    assert words(ask("disk", data_path="images.h5", data_files="1")) == (
        "set",
        "Request 23 GB of disk",
        "5 GB image + 12 GB data as transferred + 100 MB results + 2 GB caches and temporary files, and a fifth over.",
    )


def test_disk_for_an_archive_holds_what_it_unpacks_to() -> None:
    assert words(ask("disk", data_path="images.tar.gz", data_files="1", data_unpacked="30 GB")) == (
        "set",
        "Request 59 GB of disk",
        "5 GB image + 12 GB data as transferred + 30 GB data unpacked + 100 MB results + 2 GB caches and temporary files, and a fifth over.",
    )


def test_disk_for_results_that_are_packed_holds_them_twice() -> None:
    assert words(ask("disk", output_size="2 GB")) == (
        "set",
        "Request 42 GB of disk",
        "5 GB image + 12 GB data as transferred + 12 GB data unpacked + 4 GB results + 2 GB caches and temporary files, and a fifth over.",
    )


def test_disk_for_checkpoints_holds_the_old_one_and_the_new() -> None:
    assert words(ask("disk", resume="yes", checkpoint_size="3 GB", data_place="none")) == (
        "set",
        "Request 16 GB of disk",
        "5 GB image + 100 MB results + 6 GB checkpoints, old and new + 2 GB caches and temporary files, and a fifth over.",
    )


def test_disk_for_an_image_that_is_there_assumes_its_size() -> None:
    image = {"container": "existing", "image": "my.sif"}
    assert words(ask("disk", data_place="none", **image)) == (
        "set",
        "Request 9 GB of disk",
        "5 GB image (assumed) + 100 MB results + 2 GB caches and temporary files, and a fifth over.",
    )


def test_disk_without_a_measure_of_the_results_takes_one_gb() -> None:
    assert settings(output_size="not measured", data_place="none", **ONE_TASK).disk_parts == (
        Part("image", Size.of_gb(5)),
        Part("results", Size.of_gb(1)),
        Part("caches and temporary files", Size.of_gb(2)),
    )


def test_disk_always_speaks() -> None:
    assert ask("disk", gpu="no", data_place="none", **ONE_TASK)
    assert ask("disk", data_size="200 GB")
