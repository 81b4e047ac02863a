"""How entries are read."""

from typing import Any

from crm.audit import AuditEntry, history, record
from crm.kernel import clock
from crm.kernel.languages import speaking


def test_who_did_it_is_told_in_the_readers_language_where_it_was_the_system(session: Any, cast: Any) -> None:
    person = cast.salesperson
    record("test:write", person, by=None, at=clock.now())
    record("test:write", person, by=person, at=clock.now())
    session.commit()
    with speaking("en"):
        assert [e.actor_name for e in history("user", person.id)] == [person.name, "System"]
    assert [e.actor_name for e in history("user", person.id)] == [person.name, "系统"]
    assert session.query(AuditEntry).filter_by(actor_id=None).one().actor_name == "系统"
