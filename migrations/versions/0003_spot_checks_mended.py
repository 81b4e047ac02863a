"""spot checks mended"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("spot_check", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mend_by", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("answer", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_spot_check_judged_has_date"), "(verdict = '') = (at IS NULL)"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_spot_check_back_has_deadline"), "(verdict = 'back') = (mend_by IS NOT NULL)"
        )


def downgrade() -> None:
    with op.batch_alter_table("spot_check", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_spot_check_back_has_deadline"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_spot_check_judged_has_date"), type_="check")
        batch_op.drop_column("shown_at")
        batch_op.drop_column("reminded_at")
        batch_op.drop_column("answer")
        batch_op.drop_column("mend_by")
