"""Likely the same company is shown before saving; what one may not see is counted, never named (ARC-14)."""

import pytest

from crm.customers.models import CustomerState

from .entries import GOOD, archive, the, whole

SAME = "云州恒拓精密机械有限责任公司"


@pytest.fixture(autouse=True)
def friday(office):
    office("2026-01-09 10:00")


def ask(client, **args):
    answer = client.get("/customers/likenesses", query_string=args)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.rule("ARC-14")
def test_ones_own_are_named_with_per_cent(as_, cast):
    archive(cast, "filed")
    told = ask(as_(cast.salesperson), name=SAME)
    assert "云州恒拓精密机械有限公司" in told
    assert "名称相似" in told
    assert "不是同一家" in told


@pytest.mark.rule("ARC-14")
def test_what_one_may_not_see_is_counted_and_never_named(as_, cast):
    archive(cast, "filed")
    told = ask(as_("salesperson2"), name=SAME)
    assert "另有 1 家相似" in told
    assert "云州恒拓精密机械有限公司" not in told
    assert "陈知远" not in told


@pytest.mark.rule("ARC-14")
@pytest.mark.parametrize(
    "said",
    [
        {"uscc": GOOD.lower(), "name": "另一家公司"},
        {"phone": "138-0000-1057"},
        {"contacts-3-phone": "13800001057"},
    ],
)
def test_licence_and_telephone_tell_as_well_as_the_name(as_, cast, said):
    archive(cast, "filed", uscc=GOOD)
    told = ask(as_(cast.salesperson), **said)
    assert "云州恒拓精密机械有限公司" in told
    assert "相同" in told


@pytest.mark.rule("ARC-14")
def test_other_companies_and_other_peoples_drafts_are_not_told(as_, cast):
    archive(cast, "draft")
    archive(cast, "filed", "青岚锦程纺织有限公司", contact_phone="13900001111")
    assert "可能已有" not in ask(as_("salesperson3"), name=SAME)
    assert "可能已有" not in ask(as_(cast.salesperson), name="")


@pytest.mark.rule("ARC-14")
def test_a_likely_duplicate_is_submitted_only_with_a_reason_that_is_kept(as_, cast):
    archive(cast, "filed")
    client = as_("salesperson2")
    typed = whole(name=SAME, contacts_0_phone="13900001111")
    refused = client.post("/customers/submissions", data=typed)
    assert refused.status_code == 422
    assert 'href="#distinct_reason"' in refused.text
    assert "云州恒拓精密机械有限公司" not in refused.text.replace(SAME, "")
    draft = the(SAME)
    answer = client.post(
        f"/customers/{draft.id}/submission",
        data=typed | {"distinct_reason": "同名不同法人，执照不同", "version": draft.version},
    )
    assert answer.status_code == 303
    assert (the(SAME).state, the(SAME).distinct_reason) == (CustomerState.IN_REVIEW, "同名不同法人，执照不同")
