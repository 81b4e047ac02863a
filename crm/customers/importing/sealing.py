"""What columns of sensitive fields say lies apart in a row, under `record["sealed"]` (CUS-2).

It is there for the author and the reviewer while the batch is open, and for making archives of it; the batch
forgets it when it is imported or dropped (models/imports.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from crm.customers.archive.fields import BY_KEY

from .headings import Column
from .judging import Judged, Status

SEALED = "sealed"
#: beside the values by key: what no field took, by heading, and the cells as they were read, by index
_OTHER, _CELLS = "other", "cells"


def sealed_columns(columns: Iterable[Column]) -> list[Column]:
    """The columns whose heading names a sensitive field, the second one of a kind too."""
    return [c for c in columns if c.means in BY_KEY and BY_KEY[c.means].sensitive]


def seal(row: Judged, columns: Sequence[Column]) -> tuple[dict[str, Any], list[dict[str, str]], list[str]]:
    """Record, warnings and cells of a row as they are kept; `columns`: those of sensitive fields."""
    cells = [] if row.status == Status.VALID else list(row.cells)
    if not columns:
        return row.record, row.warnings, cells
    open_, hidden = dict(row.record), {}
    for key in {c.means for c in columns} & open_.keys():
        hidden[key] = open_.pop(key)
    headings = {c.heading for c in columns}
    other = open_.pop(_OTHER, {})
    if unread := {h: text for h, text in other.items() if h in headings}:
        hidden[_OTHER] = unread
    if rest := {h: text for h, text in other.items() if h not in headings}:
        open_[_OTHER] = rest
    if said := {str(c.index): cells[c.index] for c in columns if c.index < len(cells) and cells[c.index]}:
        hidden[_CELLS] = said
        for index in said:
            cells[int(index)] = ""
    if hidden:
        open_[SEALED] = hidden
    warnings = [w | {"given": ""} if w["column"] in headings else w for w in row.warnings]
    return open_, warnings, cells


def opened(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record with its sensitive values among the others, for making an archive of it."""
    sealed = record.get(SEALED, {})
    return {**record, **{key: value for key, value in sealed.items() if key in BY_KEY}}


def opened_cells(cells: Sequence[str], record: Mapping[str, Any]) -> list[str]:
    """The cells as they were read, sensitive ones too, as far as they are still there."""
    whole = list(cells)
    for index, text in record.get(SEALED, {}).get(_CELLS, {}).items():
        whole[int(index)] = text
    return whole
