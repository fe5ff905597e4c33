"""What a job stores on disk, and how much disk to request: for the tasks and for their test."""

from planner.advice import Part
from planner.estimate import rightsize
from planner.estimate.amounts import model_size, results_size
from planner.rules.base import Case
from planner.units import Size

# What libraries store besides the data: compiled kernels, fonts, tokenizers.
CACHES = Size.of_gb(2)
# Assumed if the image's size is not known: a typical image with CUDA.
ASSUMED_IMAGE = Size.of_gb(5)
# Files that the first step prepares for every task pass through the access point, so they are small.
PREPARED = Size.of_gb(1)
# For uncompressed sizes, temporary files and logs that nobody thought of.
DISK_MARGIN = 0.2


def disk_total(parts: tuple[Part, ...]) -> Size:
    """Return the request for *parts*: their sum and a margin, in whole GB."""
    total = Size(0)
    for part in parts:
        total += part.size
    return max(rightsize.LEAST, total.times(1 + DISK_MARGIN).round_up())


def disk_parts(case: Case, data: Size | None) -> list[Part]:
    """Return what a job that transfers *data* stores on disk, each part with its size."""
    answers, decided, measured = case.answers, case.decided, case.rightsized.measured
    if measured and measured.disk and case.rightsized.enough:
        return [Part("at most in the logs of your jobs", measured.disk)]
    parts = [Part("image", decided.image_size)] if decided.image_size else []
    if answers.container == "existing":
        parts = [Part("image (assumed)", ASSUMED_IMAGE)]
    if data:
        parts.append(Part("data as transferred", data))
        if decided.unpack:
            parts.append(Part("data unpacked", answers.data_unpacked or data))
    if decided.model:
        parts.append(Part("pretrained model", model_size(answers).times(2 if decided.model.unpack else 1)))
    if answers.before:
        parts.append(Part("prepared files", PREPARED))
    results = results_size(answers)
    # Packing results needs room for the files and for the archive.
    parts.append(Part("results", results.times(2 if decided.output_archive else 1)))
    if answers.resume == "yes":
        # A new checkpoint is complete before it replaces the old one, so both are on disk.
        parts.append(Part("checkpoints, old and new", (answers.checkpoint_size or Size.of_gb(1)).times(2)))
    return [*parts, Part("caches and temporary files", CACHES)]
