"""The shape of a decision: a verdict and, per field of what is proposed, whether it goes back and why."""

from typing import Any

from wtforms import BooleanField, IntegerField, StringField
from wtforms.validators import AnyOf, InputRequired, Length
from wtforms.widgets import HiddenInput

from crm.kernel.forms import Form, stripped, trimmed
from crm.kernel.languages import gettext as _
from crm.kernel.languages import lazy_gettext as _l
from crm.kernel.web import whole_number

from .models import Verdict
from .outcomes import Sheet


class DecisionForm(Form):
    """Fields `verdict-KEY`, `reason-KEY`, `tick-KEY`, `detail-KEY` are added for a sheet by `form_for`."""

    step_id = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    decision = StringField(
        _l("决定"),
        [
            AnyOf(
                [v.value for v in Verdict if v is not Verdict.BACK],
                message=_l("请选择同意、退回修改或驳回。"),
            )
        ],
        filters=[stripped],
    )
    opinion = StringField(
        _l("审批意见"),
        [Length(max=1000, message=_l("最多 1000 个字。"))],
        filters=[trimmed],
        id="decide-opinion",
    )
    #: the version of the thing, and of each line, that was on the page
    stamp = StringField(widget=HiddenInput())
    seen = StringField(widget=HiddenInput())
    #: with "return": the id of the earlier step it goes back to, instead of its author
    back_to = StringField(_l("退回给"))

    sheet: Sheet = Sheet([])

    @property
    def verdict(self) -> Verdict:
        said = Verdict(self.decision.data or "")
        return Verdict.BACK if said is Verdict.RETURN and self.back_to.data else said

    @property
    def back_to_id(self) -> int | None:
        return whole_number(self.back_to.data)

    @property
    def reasons(self) -> dict[str, str]:
        """Key to reason of every field that goes back. A reason that was written is meant, whatever the
        segment says: without scripts both stand on the page."""
        said = {line.key: self[f"reason-{line.key}"].data or "" for line in self.sheet.lines}
        return {k: why for k, why in said.items() if why or self[f"verdict-{k}"].data == "return"}

    @property
    def ticks(self) -> dict[str, str]:
        """Key to detail of every point that is ticked."""
        ticked = [check.key for check in self.sheet.checks if self[f"tick-{check.key}"].data]
        return {key: self[f"detail-{key}"].data or "" for key in ticked}

    def accept(self, refusal: Any) -> None:
        unknown = [text for name, text in refusal.fields.items() if name not in self]
        refusal.fields = {name: text for name, text in refusal.fields.items() if name in self}
        super().accept(refusal)
        if refusal.fields:
            self.form_errors.extend(unknown)


def form_for(sheet: Sheet) -> DecisionForm:
    """The form of a review that shows this sheet, filled with what was posted."""
    fields: dict[str, Any] = {"sheet": sheet}
    for line in sheet.lines:
        fields[f"verdict-{line.key}"] = StringField(line.label, filters=[stripped])
        fields[f"reason-{line.key}"] = StringField(
            line.label, [Length(max=500, message=_("最多 500 个字。"))], filters=[trimmed]
        )
    for check in sheet.checks:
        fields[f"tick-{check.key}"] = BooleanField(check.label)
        fields[f"detail-{check.key}"] = StringField(
            check.label, [Length(max=200, message=_("最多 200 个字。"))], filters=[trimmed]
        )
    form: DecisionForm = type("SheetForm", (DecisionForm,), fields)()
    return form
