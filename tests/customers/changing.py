"""Forms of changes as a browser would send them, and what became of them."""

import re
from html import unescape

from sqlalchemy import select

from crm.approvals import Review, Verdict
from crm.customers.changes.proposing import propose
from crm.customers.changes.telling import subscribe
from crm.customers.models import ChangeRequest
from crm.kernel import clock
from crm.kernel.database import db


def filled(page):
    """What a browser would send of the form of a change as it stands on the page."""
    form = page[page.index('<form method="post" action="/customers/') :]
    form = re.sub(r"<template>.*?</template>", "", form[: form.index("</form>")], flags=re.S)
    said = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        name = re.search(r'name="([^"]*)"', tag)
        if name and 'type="checkbox"' not in tag:
            value = re.search(r'value="([^"]*)"', tag)
            said[name[1]] = unescape(value[1]) if value else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S):
        said[name] = unescape(text).strip()
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        said[name] = chosen[1] if chosen else ""
    said.pop("csrf_token", None)
    return said


def opened(client, customer, **query):
    """The form of a change as this person opens it."""
    answer = client.get(f"/customers/{customer.id}/changes/new", query_string=query)
    assert answer.status_code == 200, answer.text
    return filled(answer.text)


def send(client, customer, said=None, **changes):
    """Open the form, change these, send it."""
    form = (opened(client, customer) if said is None else said) | changes
    return client.post(f"/customers/{customer.id}/changes", data=form)


def request_of(customer):
    mine = select(ChangeRequest).where(ChangeRequest.customer_id == customer.id)
    return db.session.scalars(mine.order_by(ChangeRequest.id.desc())).first()


def review_of(change):
    mine = select(Review).where(Review.thing_type == "change_request", Review.thing_id == change.id)
    return db.session.scalars(mine.order_by(Review.id.desc())).first()


def decide(client, change, decision="approve", opinion="", **reasons):
    review = review_of(change)
    data = {"step_id": review.current.id, "decision": decision, "opinion": opinion}
    data |= {f"verdict-{key}": "return" for key in reasons} | {f"reason-{k}": v for k, v in reasons.items()}
    return client.post(f"/reviews/{review.id}/decisions", data=data)


# --- without the form ------------------------------------------------------------------------------


def proposed(cast, customer, branch="", *, returned=False):
    """A proposal of its salesperson; `branch` "2" is 青岚."""
    author, manager = cast[f"salesperson{branch}"], cast[f"sales_manager{branch}"]
    change = propose(customer, {"staff": 400}, reason="年报", by=author, at=clock.now())
    if returned:
        review_of(change).decide(Verdict.RETURN, by=manager, at=clock.now(), comment="写明依据")
    return change


def subscribed(cast, customer, branch=""):
    """A department that is told of the customer's changes."""
    department = cast.department("综合二部" if branch else "综合部")
    by = cast[f"branch_manager{branch}"]
    subscription = subscribe(customer, department, by=by, at=clock.now())
    db.session.flush()
    return subscription
