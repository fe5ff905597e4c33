"""HTCondor's event logs: what each job asked for, used and lost, and why it was held.

``Reader`` takes a log piece by piece and keeps one record a job. It is plain Python, so that the browser reads logs
with the same code as the command line.
"""

from planner.logs.jobs import Hold, Job, Resource
from planner.logs.reader import Reader, read_logs

__all__ = ["Hold", "Job", "Reader", "Resource", "read_logs"]
