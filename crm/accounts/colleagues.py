"""Naming a colleague: a text that is looked up, then one of those found, with scripts and without."""

import re
from typing import Any

from flask import request
from sqlalchemy import ColumnElement, or_, select
from wtforms import Field, ValidationError
from wtforms.widgets import TextInput

from crm.kernel.database import db
from crm.kernel.languages import gettext as _
from crm.kernel.text import tidy
from crm.kernel.web import part, signed_in, whole_numbers

from . import bp
from .models import User

MOST = 12
LONGEST = 200
_BETWEEN = re.compile(r"[、,，;；\s]+")


@bp.get("/colleagues")
@signed_in
def colleagues() -> Any:
    """Those found, as choices for the field of this name."""
    name = re.sub(r"[^a-z_]", "", request.args.get("field", ""))[:40] or "to"
    typed = tidy(request.args.get(name, ""))[:LONGEST]
    several = request.args.get("several") == "1"
    words = [w for w in _BETWEEN.split(typed) if w] if several else [typed]
    rows = look_up(words[-1]) if words and words[-1] else []
    chosen = whole_numbers(request.args.getlist(f"{name}_id"))
    return part(
        "accounts/_colleagues.html", name=name, rows=rows, chosen=chosen, typed=typed, several=several
    )


def look_up(text: str, limit: int = MOST) -> list[User]:
    """Active people by a piece of their name, account or office, those with that very name first."""
    texts = (User.name, User.username, User.title)
    hit = or_(*(column.icontains(text, autoescape=True) for column in texts))
    query = select(User).where(User.active, hit)
    rows = db.session.scalars(query.order_by(User.name != text, User.name, User.id).limit(limit * 2))
    return [person for person in rows if person.works][:limit]


class ColleagueField(Field):
    """Somebody who is here. `data` is the person (with `several` a list), after validation.

    What was typed may be a name, an account or a part of either; where it is not the very name or account of
    one, the form comes back with those found to choose from. `but`: ids of whom one may not name, and why.
    """

    widget = TextInput()

    def __init__(self, label: Any = None, *, several: bool = False, **more: Any) -> None:
        super().__init__(label, **more)
        self.flags.required = True
        self.several = several
        self.but: dict[int, Any] = {}
        self.found: list[User] = []
        self.chosen: list[int] = []
        self.typed = ""
        self.data: Any = [] if several else None

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = tidy(valuelist[0])[:LONGEST] if valuelist else ""

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        super().process(formdata, *args, **kwargs)
        if formdata is not None:
            self.chosen = whole_numbers(formdata.getlist(f"{self.name}_id"))

    def _value(self) -> str:
        return self.typed

    def pre_validate(self, form: Any) -> None:
        people = self._chosen_people()
        if self.several or not people:
            words = [w for w in _BETWEEN.split(self.typed) if w] if self.several else [self.typed]
            named = {p.name for p in people}
            people += [self._meant(w) for w in words if w and w not in named]
        people = list({p.id: p for p in people}.values())
        if not people:
            raise ValidationError(_("请写明是哪位同事。"))
        for person in people:
            if person.id in self.but:
                raise ValidationError(str(self.but[person.id]))
        self.chosen = [p.id for p in people]
        self.found = people
        self.data = people if self.several else people[0]

    def _chosen_people(self) -> list[User]:
        ids = self.chosen if self.several else self.chosen[:1]
        here: ColumnElement[bool] = User.id.in_(ids)
        self.found = list(db.session.scalars(select(User).where(here, User.active))) if ids else []
        if len(self.found) != len(set(ids)):
            raise ValidationError(_("这位同事的账号已停用，请另选一位。"))
        return list(self.found)

    def _meant(self, word: str) -> User:
        hits = look_up(word)
        exact = [p for p in hits if word in (p.name, p.username)]
        if len(exact) == 1:
            return exact[0]
        self.found = exact or hits
        if not hits:
            raise ValidationError(_("没有找到叫“%(who)s”的同事。", who=word))
        raise ValidationError(_("请在下面选一位：“%(who)s”可能是他们。", who=word))
