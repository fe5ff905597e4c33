"""How long a job works between two checkpoints.

Where evictions were measured, the interval that loses least: Young's formula in Daly's refinement. Else the band that
the pool recommends.
"""

from math import sqrt

from planner.facts.pools import Checkpoints
from planner.units import Duration

# Where the pool's band is all that is known: within it, and short enough for machines that are lent for some hours.
USUAL = Duration.of_hours(4)
# A job stops only when at least one checkpoint was surely saved since it started.
SAVES_IN_AN_INTERVAL = 2


def best(between_evictions: Duration, cost: Duration) -> Duration:
    """Return the working time between two checkpoints that loses the least to saving and to evictions.

    *between_evictions*: the mean time from one eviction to the next; *cost*: what one checkpoint takes. Source:
    young-daly. Young: √(2·cost·mean); Daly adds two terms, and saves no oftener than it is evicted where saving
    takes more than twice that time.
    """
    mean, saving = between_evictions.seconds, cost.seconds
    if saving >= 2 * mean:
        return between_evictions
    ratio = saving / (2 * mean)
    return Duration(sqrt(2 * saving * mean) * (1 + sqrt(ratio) / 3 + ratio / 9) - saving)


def lost(interval: Duration, between_evictions: Duration, cost: Duration) -> float:
    """Return the share of time lost with *interval*: saving, and half an interval at each eviction (Young's model)."""
    return cost.seconds / interval.seconds + (interval.seconds / 2 + cost.seconds) / between_evictions.seconds


def interval(
    bounds: Checkpoints,
    task: Duration | None,
    every: Duration | None,
    between_evictions: Duration | None = None,
    cost: Duration | None = None,
) -> Duration:
    """Return the time after which a job stops at a checkpoint.

    *bounds*: the pool's band; *task*: how long the task takes; *every*: how often it saves itself. The result may
    exceed the pool's band if the task saves itself too rarely; callers check that.
    """
    least, most = bounds.least.value, bounds.most.value
    if between_evictions is not None and cost is not None:
        working_time = min(max(best(between_evictions, cost), least), most)
    else:
        working_time = min(USUAL, most)
        if task is not None and task < Duration(2 * working_time.seconds):
            working_time = max(least, Duration(task.seconds / 2))
    return max(working_time, Duration(SAVES_IN_AN_INTERVAL * every.seconds)) if every is not None else working_time
