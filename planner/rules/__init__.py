"""The judgement: every rule, in the order in which they run.

A rule may read what the rules above it have decided. Modules and guide pages group rules by family, for reading; here
they are in order of dependence: processor → GPUs → length → image → data → sums → the rest.
"""

from planner.rules.base import Rule
from planner.rules.develop import container, cuda, packages, software
from planner.rules.distribute import data, length, many, processors, results, testing
from planner.rules.improve import checkpointing, monitoring, rightsizing, workflow

RULES: tuple[Rule, ...] = (
    processors.gpu_or_cpu,
    cuda.cuda_build,
    processors.gpu_memory_floor,
    processors.cards_that_match,
    processors.loosen_a_constraint,
    length.run_time_limit,
    processors.gpu_request,
    processors.several_gpus,
    cuda.driver_not_published,
    cuda.cards_that_drop_out,
    cuda.newer_cards,
    cuda.library_without_gpu,
    cuda.library_without_cpu,
    cuda.card_is_chosen_for_you,
    software.base_image,
    packages.pinned_packages,
    packages.conda_in_the_image,
    packages.anacondas_licence,
    packages.conda_for_the_card,
    packages.r_packages_of_one_day,
    software.system_libraries,
    packages.packages_in_every_job,
    packages.needs_a_compiler,
    container.docker_or_apptainer,
    container.image_in_its_place,
    container.fixed_tag,
    container.platform_and_push,
    container.spare_the_registry,
    container.build_job,
    container.only_htcondor_starts_it,
    container.no_entry_point,
    container.try_it_like_a_job,
    software.own_variables,
    software.caches_in_the_job,
    software.vllm_in_a_job,
    data.restricted_data,
    data.pack_small_files,
    data.data_place,
    data.own_file_for_each_task,
    data.data_in_parts,
    data.weights_staged_once,
    data.small_data_at_home,
    data.new_name_for_new_data,
    data.name_the_user,
    results.results_come_back,
    results.quota,
    processors.cpus,
    software.threads_as_granted,
    processors.memory,
    processors.disk,
    testing.sample_of_data,
    testing.test_job_first,
    testing.try_by_hand,
    testing.few_then_all,
    many.one_list,
    many.cut_into_parts,
    many.short_tasks_together,
    many.jobs_in_waves,
    many.try_again,
    many.run_the_missing_again,
    workflow.prepare_in_a_job,
    workflow.collect_results,
    workflow.steps_in_order,
    workflow.one_node_a_task,
    workflow.held_jobs_stop_a_workflow,
    checkpointing.stop_and_go_on,
    checkpointing.add_checkpoints,
    checkpointing.does_the_clock_restart,
    checkpointing.what_travels_at_a_checkpoint,
    checkpointing.time_to_save,
    checkpointing.vacate_a_job_once,
    length.backfill,
    length.wider_pools,
    rightsizing.enough_jobs,
    rightsizing.measured_memory,
    rightsizing.measured_disk,
    rightsizing.measured_cpus,
    rightsizing.measured_gpu_memory,
    rightsizing.measured_time,
    rightsizing.idle_cards,
    rightsizing.slow_starts,
    rightsizing.lost_to_evictions,
    monitoring.watch_the_log,
    monitoring.weights_and_biases,
    monitoring.tensorboard_files,
)
FAMILIES: tuple[str, ...] = (
    "software",
    "packages",
    "container",
    "cuda",
    "processors",
    "data",
    "results",
    "length",
    "testing",
    "many",
    "checkpointing",
    "workflow",
    "monitoring",
    "rightsizing",
)


def in_reading_order() -> list[Rule]:
    """Return every rule in the guide's order, family by family."""
    return sorted(RULES, key=lambda rule: FAMILIES.index(rule.family))


def rule_called(id: str) -> Rule | None:
    """Return the rule with this id, or None."""
    return next((rule for rule in RULES if rule.id == id), None)
