"""Each step of an archive by the right role only, in the right state only; hidden is 404 (ARC-4 to ARC-6)."""

import pytest

from .entries import archive

#: rows are people, columns states; the cell is the answer: 303 done, 409 wrong state, 403, 404 hidden
DISPATCH = """
                    draft  in_review  returned  approved  dispatched  filed
    dispatcher      404    404        404       303       409         409
    dispatcher2     404    404        404       404       404         404
    salesperson     403    403        403       403       403         403
    sales_manager   403    403        403       403       403         403
    administrator   403    403        403       403       403         403
"""
ARCHIVIST = """
                       approved  dispatched  named  filed  retired
    marketing_manager  404       303         303    409    409
    archivist          403       403         403    403    403
    dispatcher         403       403         403    403    403
    general_manager    403       403         403    403    403
"""
FILING = """
                       approved  dispatched  named  filed
    archivist          404       404         303    409
    archivist2         404       404         404    404
    marketing_manager  403       403         403    403
    custodian          403       403         403    403
"""
GRADE = """
                       draft  in_review  approved  filed  retired
    sales_manager      403    303        303       303    403
    sales_manager2     404    404        404       404    404
    salesperson        403    403        403       403    403
    branch_manager     403    403        403       403    403
    general_manager    403    403        403       403    403
"""
RETIREMENT = """
                       in_review  approved  filed  retired
    sales_manager      409        409       303    409
    branch_manager     409        409       303    409
    sales_manager2     404        404       404    404
    salesperson        403        403       403    403
    archivist          403        403       403    403
"""
REINSTATEMENT = """
                       filed  retired
    sales_manager      409    303
    branch_manager     409    303
    branch_manager2    404    404
    salesperson        403    403
"""
FIRST_CONTACT = """
                       draft  in_review  approved  filed  retired
    salesperson        409    303        303       303    409
    salesperson3       404    404        404       404    404
    sales_manager      403    403        403       403    403
    dispatcher         403    403        403       403    403
"""
KEY = """
                       in_review  filed  retired
    sales_manager      303        303    409
    sales_manager2     404        404    404
    salesperson        403        403    403
"""
OWNER = """
                       in_review  approved  filed  retired
    sales_manager      409        303       303    409
    sales_manager2     404        404       404    404
    branch_manager     409        303       303    409
    salesperson        403        403       403    403
"""
PRINT = """
                       draft  approved  filed
    salesperson        403    200       200
    salesperson2       404    404       404
    custodian          404    404       200
    dispatcher         403    403       403
    service_agent      403    403       403
"""

DOORS = {
    "dispatch": (DISPATCH, lambda cast: {}),
    "archivist": (ARCHIVIST, lambda cast: {"archivist": cast.archivist.id}),
    "filing": (FILING, lambda cast: {"place": "3 柜", "custodian": cast.custodian.id}),
    "grade": (GRADE, lambda cast: {"grade": "A", "reason": "二期上马，急"}),
    "retirement": (RETIREMENT, lambda cast: {"reason": "注销"}),
    "reinstatement": (REINSTATEMENT, lambda cast: {"reason": "误停"}),
    "first-contact": (FIRST_CONTACT, lambda cast: {"on": "2026-01-09", "how": "phone"}),
    "key-mark": (KEY, lambda cast: {"key": "y"}),
    "owner": (OWNER, lambda cast: {"owner": cast.salesperson3.id, "reason": "七天未联系"}),
    "prints": (PRINT, lambda cast: {}),
}


def cells():
    for door, (table, _fields) in DOORS.items():
        head, *lines = table.strip("\n").splitlines()
        for line in lines:
            if line.strip():
                person, *codes = line.split()
                for state, code in zip(head.split(), codes, strict=True):
                    yield pytest.param(door, person, state, int(code), id=f"{door}-{person}-{state}")


@pytest.mark.rule("ARC-4", "ARC-5", "ARC-6", "ARC-12", "GRD-1", "OWN-1", "CUS-3")
@pytest.mark.parametrize(("door", "person", "state", "code"), list(cells()))
def test_a_step_is_taken_by_the_right_person_in_the_right_state(as_, cast, office, door, person, state, code):
    office("2026-01-09 10:00")
    customer = archive(cast, state)
    answer = as_(person).post(f"/customers/{customer.id}/{door}", data=DOORS[door][1](cast))
    assert answer.status_code == code, answer.text


@pytest.mark.parametrize("door", [*DOORS, "draft-removal", "withdrawal", "submission"])
def test_a_step_is_a_post_and_an_unknown_archive_is_404(as_, cast, door):
    answer = as_("sales_manager").get(f"/customers/1/{door}")  # to the page with the form, if it has one
    page = "/customers/1/entry" if door == "submission" else "/customers/1"
    assert (answer.status_code, answer.location) in ((405, None), (303, page))
    assert as_("general_manager").post(f"/customers/99999/{door}").status_code in (403, 404)
