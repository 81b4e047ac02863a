from crm.approvals import Review
from tests.customers.entries import archive
from tests.approvals.papers import submit
import tests.approvals.test_review_actions as t
def test_shot(live, sits_down):
    from crm.approvals import Verdict
    with live.arranging() as cast:
        a = archive(cast, "in_review", "云州恒拓阀门制造有限公司", contact_phone="13800001057")
        from sqlalchemy import select
        from crm.kernel.database import db
        r = db.session.scalars(select(Review)).first()
        r.comment("执照明天补上。", by=cast.salesperson, at=r.submitted_at)
        r.press(by=cast.salesperson, at=r.submitted_at)
        r.copy_to([cast.custodian.id], by=cast.salesperson, at=r.submitted_at)
        r.add_signer(cast.branch_manager, False, "请上级过目", by=cast.sales_manager, at=r.submitted_at)
        rid = r.id
    with live.arranging() as cast:
        from crm.kernel.database import db
        r = db.session.get(Review, rid)
        ticks = {c.key: "x" for c in []}
    p = sits_down("sales_manager", width=1366, height=900)
    for name, url in (("review", f"/reviews/{rid}"), ("todo", "/todo"), ("hand", f"/reviews/{rid}/hand-on"), ("deleg", "/account/delegations")):
        p.page.goto(live.url + url); p.page.screenshot(path=f"/tmp/{name}.png", full_page=True)
    q = sits_down("sales_manager", width=390, height=844)
    for name, url in (("review", f"/reviews/{rid}"), ("todo", "/todo"), ("deleg", "/account/delegations")):
        q.page.goto(live.url + url); q.page.screenshot(path=f"/tmp/{name}-p.png", full_page=False)
    s = sits_down("salesperson", width=390, height=844)
    s.page.goto(live.url + f"/reviews/{rid}"); s.page.screenshot(path="/tmp/author-p.png")
