"""Whether the chain is whole: finds an edited, deleted, inserted or cut-off entry."""

from dataclasses import dataclass

import click
from flask.cli import AppGroup
from sqlalchemy import inspect, select

from crm.kernel.database import db

from .models import GENESIS, AuditEntry, AuditHead, digest

cli = AppGroup("audit", help="审计链 the audit chain")


@dataclass(frozen=True)
class Broken:
    """The first entry that does not fit, and how."""

    seq: int
    why: str


def head() -> str:
    """The end of the chain as "seq:digest", to be kept elsewhere."""
    end = db.session.scalar(select(AuditHead))
    return f"{end.seq}:{end.digest}" if end else f"0:{GENESIS}"


def verify(kept_head: str | None = None) -> Broken | None:
    """Walk the whole chain; `kept_head` is a head printed earlier, which must still be on it."""
    kept_seq, kept_digest = _parse(kept_head) if kept_head else (0, GENESIS)
    recorded = head()  # before the walk: people go on working meanwhile
    end_seq, end_digest = _parse(recorded)
    seq, previous = 0, GENESIS
    columns = [a.key for a in inspect(AuditEntry).column_attrs]
    query = select(*(getattr(AuditEntry, c) for c in columns)).order_by(AuditEntry.seq)
    with db.session.execute(query.execution_options(yield_per=1000)) as rows:
        for row in rows.mappings():
            if row["seq"] != seq + 1:
                return Broken(seq + 1, "缺失 missing")
            if row["previous"] != previous:
                return Broken(row["seq"], "与前一条不相接 does not follow its predecessor")
            if row["digest"] != digest(dict(row)):
                return Broken(row["seq"], "内容被改动 edited")
            seq, previous = row["seq"], row["digest"]
            if seq == kept_seq and previous != kept_digest:
                return Broken(seq, "与保存的链头不符 differs from the kept head")
            if seq == end_seq and previous != end_digest:
                return Broken(seq, "与链头记录不符 differs from the recorded head")
    if seq < kept_seq:
        return Broken(seq + 1, "链尾被截断 cut off after this entry's predecessor")
    if seq < end_seq or (seq > end_seq and head() == recorded):
        return Broken(min(seq, end_seq) + 1, "链尾与链头记录不符 the end does not match the recorded head")
    return None


def _parse(text: str) -> tuple[int, str]:
    seq, _, value = text.partition(":")
    if not seq.isdigit() or len(value) != 64:
        raise click.BadParameter("SEQ:DIGEST")
    return int(seq), value


@cli.command("verify")
@click.option("--head", "kept", help="以前打印的链头 a head printed earlier, SEQ:DIGEST")
def verify_command(kept: str | None) -> None:
    """Say whether the chain is whole; exit 1 where it is not."""
    broken = verify(kept)
    if broken:
        click.echo(f"审计链在第 {broken.seq} 条断裂 broken at {broken.seq}: {broken.why}")
        raise SystemExit(1)
    click.echo(f"审计链完整 whole. head {head()}")
