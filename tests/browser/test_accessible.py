"""Everybody can use every page of the main path: axe, both themes, every width; no script complains."""

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from crm.approvals import Review
from crm.complaints.models import Reply
from tests.complaints.cases import in_state, register
from tests.customers.entries import archive

from .papers import NAME

DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
WIDTHS = (360, 390, 683, 1366, 1920)
NAMES = {
    "draft": "青岚远航包装材料有限公司",
    "in_review": "云州恒拓阀门制造有限公司",
    "returned": "望川禾木食品集团有限公司",
    "approved": "云州南浦水务工程有限公司",
    "dispatched": "江浦锦程纺织股份有限公司",
    "named": "白鹭洲环保科技有限公司",
    "filed": NAME,
}

#: who looks at what; {…} are ids of `furnished`
PAGES = {
    "nobody": ["/sign-in"],
    "salesperson": [
        "/", "/todo", "/customers", "/customers/new", "/customers/{returned}/entry", "/customers/{filed}",
        "/customers/{filed}?tab=chapters", "/customers/{filed}/card", "/search?q=yz",
        "/reviews/{review_returned}",
    ],
    "sales_manager": [
        "/", "/todo", "/todo?tab=done", "/todo?tab=copied", "/reviews/{review}", "/reviews/{review}/hand-on",
        "/reviews/{review}/signers", "/reviews/{review}/copies", "/account/delegations", "/inbox",
    ],
    "dispatcher": ["/customers/dispatch"],
    "marketing_manager": ["/customers/filing"],
    "archivist": ["/customers/filing", "/customers/{named}"],
    "service_agent": ["/", "/complaints", "/complaints/new", "/complaints/{serious}"],
    "general_manager": ["/todo", "/complaints/{serious}", "/complaints/{serious}/instruction"],
    "administrator": [
        "/reviews/flows", "/reviews/flows/customers:entry", "/reviews/flows/customers:entry/versions",
        "/reviews/flows/customers:entry/versions/1",
    ],
    "service_supervisor": [
        "/complaints/{serious}/handler", "/complaints/{answered}", "/complaints/{assigned}/letter",
        "/complaints/{answered}/letters/{letter}",
    ],
}  # fmt: skip


@pytest.fixture
def furnished(live) -> dict[str, Any]:
    """An archive in every state, complaints in three; ids by name."""
    with live.arranging() as cast:
        phones = iter(range(13800001057, 13800001157))
        ids = {
            state: archive(cast, state, name, contact_phone=str(next(phones))).id
            for state, name in NAMES.items()
        }
        for review in live.all(Review):
            if review.thing_id == ids["in_review"]:
                ids["review"] = review.id
            elif review.thing_id == ids["returned"]:
                ids["review_returned"] = review.id
        ids["serious"] = register(cast.service_agent, severity="serious").id
        ids["assigned"] = in_state(cast, "assigned", severity="serious").id
        ids["answered"] = in_state(cast, "answered", severity="serious").id
        ids["letter"] = live.one(Reply).id
    return ids


def faults(page: Page, only: str = "") -> list[str]:
    """What axe finds serious or critical, in a line each."""
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if only:
        options["runOnly"] = [only]
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("options => axe.run(options).then(result => result.violations)", options)
    return [
        f"{rule['id']}: {node['target']} {node['html'][:160]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def looked_at(page: Page, *, closely: bool = False) -> list[str]:
    """A page at both sizes, in both themes and at every width: what is wrong with it.

    Dark and small at once, only frame and cards have colours of their own: `closely` looks there too.
    """
    wrong: list[str] = []
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme="light")
        wrong += [f"{size['width']} light {fault}" for fault in faults(page)]
        if closely or size is DESK:
            page.emulate_media(color_scheme="dark")
            wrong += [f"{size['width']} dark {fault}" for fault in faults(page, "color-contrast")]
    page.emulate_media(color_scheme="light")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if beyond > 0:
            wrong.append(f"{width}: scrolls sideways by {beyond}")
    return wrong


@pytest.mark.parametrize("username", PAGES)
def test_a_page_of_the_main_path(furnished, sits_down, username):
    person = sits_down(username, signed_in=username != "nobody")
    wrong = []
    for path in PAGES[username]:
        person.page.set_viewport_size(DESK)
        person.goto(path.format(**furnished))
        first = path == PAGES[username][0]
        wrong += [f"{path} {fault}" for fault in looked_at(person.page, closely=first)]
    assert wrong == []


def test_what_opens_and_what_is_refused_on_the_way(furnished, sits_down):
    salesperson, manager, archivist = map(sits_down, ("salesperson", "sales_manager", "archivist"))
    wrong = []

    def look(person, what):
        wrong.extend(f"{what}: {fault}" for fault in looked_at(person.page))
        person.page.set_viewport_size(DESK)

    page = salesperson.page
    salesperson.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("yzcj")
    expect(page.get_by_role("option", name=NAME)).to_be_visible()
    look(salesperson, "palette")
    salesperson.goto("/customers/new")
    salesperson.press("提交审核")
    expect(page.get_by_role("alert")).to_be_visible()
    look(salesperson, "entry refused")
    salesperson.expected = {403, 404}
    salesperson.goto("/customers/999999")
    look(salesperson, "404")
    salesperson.goto("/customers/dispatch")
    look(salesperson, "403")

    manager.goto(f"/reviews/{furnished['review']}")
    manager.page.get_by_role("group", name="行业").get_by_text("退回").click()
    look(manager, "a field returned")
    manager.press("退回修改")  # without a reason
    expect(manager.page.get_by_role("alert")).to_be_visible()
    look(manager, "decision refused")

    archivist.goto(f"/customers/{furnished['named']}")
    archivist.press("归档", exact=True)
    look(archivist, "dialog")
    assert wrong == []
