"""What approvals do when the calendar changes: open steps are due on other days."""

from typing import Any

from sqlalchemy import select, update

from crm.kernel.database import db
from crm.kernel.seams import hears
from crm.workdays import deadline, proposed

from .models import ReviewStep, StepState


@hears("calendar:set", "calendar:remove")
def count_again(_event: Any) -> None:
    """Every open step by the calendar as it will be; what was decided stays as it was."""
    calendar = proposed()
    columns = (ReviewStep.id, ReviewStep.counted_from, ReviewStep.days, ReviewStep.due_at)
    open_steps = db.session.execute(select(*columns).where(ReviewStep.state == StepState.OPEN)).all()
    for step in open_steps:
        due = deadline(step.counted_from, step.days, calendar)
        if due != step.due_at:
            db.session.execute(update(ReviewStep).where(ReviewStep.id == step.id).values(due_at=due))
