"""Work that the clock starts, and what leaves the house once its transaction stands.

`@job` registers what runs by itself; `send` puts something into the outbox and `@carries` takes it out.
Lease, slots and outbox are rows, so one process or five serve the same (docs/decisions/0008-jobs.md).
"""

from . import sweeping
from .loop import Clockwork
from .outbox import carries, send
from .registry import JOBS, Job, job
from .runner import run_due
from .tables import JobRun, Lease, Outgoing

__all__ = ["JOBS", "Clockwork", "Job", "JobRun", "Lease", "Outgoing", "carries", "job", "run_due", "send"]
