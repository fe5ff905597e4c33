"""Amounts that people may leave open, and the values that the plan assumes for them."""

from planner.answers import Answers
from planner.units import Size

# Some models and tables; the test job shows the true figure.
UNMEASURED_RESULTS = Size.of_gb(1)
# Seven billion weights in 16 bits, the size that most people adapt, fill 14 GB.
UNMEASURED_MODEL = Size.of_gb(15)


def results_size(answers: Answers) -> Size:
    """Return the size of one task's results, or an assumed size if it is not measured."""
    return answers.output_size or UNMEASURED_RESULTS


def model_size(answers: Answers) -> Size:
    """Return the size of the pretrained model's files, or an assumed size if it is not measured."""
    return answers.model_size or UNMEASURED_MODEL
