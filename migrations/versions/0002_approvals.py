"""approvals"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "free_field",
        sa.Column("key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_free_field")),
    )
    op.create_table(
        "job_lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_lease")),
    )
    op.create_table(
        "job_run",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", "slot", name=op.f("pk_job_run")),
    )
    op.create_table(
        "outgoing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing")),
    )
    with op.batch_alter_table("outgoing", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outgoing_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("sent_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL"),
        )

    op.create_table(
        "allocation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('proposed','confirmed','dropped')", name=op.f("ck_allocation_state_known")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_allocation_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
    )
    with op.batch_alter_table("allocation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_allocation_author_id"), ["author_id"], unique=False)

    op.create_table(
        "delegation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("principal_id", sa.Integer(), nullable=False),
        sa.Column("delegate_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("principal_id != delegate_id", name=op.f("ck_delegation_somebody_else")),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_delegation_in_order")),
        sa.ForeignKeyConstraint(["delegate_id"], ["user.id"], name=op.f("fk_delegation_delegate_id")),
        sa.ForeignKeyConstraint(["principal_id"], ["user.id"], name=op.f("fk_delegation_principal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
    )
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delegation_delegate_id"), ["delegate_id"], unique=False)
        batch_op.create_index("ix_delegation_principal_id", ["principal_id", "ends_on"], unique=False)

    op.create_table(
        "flow_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("flow", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("steps", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["user.id"], name=op.f("fk_flow_version_published_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flow_version")),
        sa.UniqueConstraint("flow", "version", name=op.f("uq_flow_version_flow_version")),
    )
    op.create_table(
        "salesperson_weight",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.CheckConstraint("weight BETWEEN 1 AND 9", name=op.f("ck_salesperson_weight_in_range")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_salesperson_weight_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_salesperson_weight")),
    )
    op.create_table(
        "review_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_review_comment_by_id")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_review_comment_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_comment")),
    )
    with op.batch_alter_table("review_comment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_comment_review_id"), ["review_id"], unique=False)

    op.create_table(
        "review_copy",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_review_copy_by_id")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_review_copy_review_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_review_copy_user_id")),
        sa.PrimaryKeyConstraint("review_id", "user_id", name=op.f("pk_review_copy")),
    )
    with op.batch_alter_table("review_copy", schema=None) as batch_op:
        batch_op.create_index("ix_review_copy_user_id", ["user_id", "review_id"], unique=False)

    op.create_table(
        "allocation_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("allocation_id", sa.Integer(), nullable=False),
        sa.Column("proposed_id", sa.Integer(), nullable=False),
        sa.Column("chosen_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["allocation_id"], ["allocation.id"], name=op.f("fk_allocation_line_allocation_id")
        ),
        sa.ForeignKeyConstraint(["chosen_id"], ["user.id"], name=op.f("fk_allocation_line_chosen_id")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_allocation_line_customer_id")
        ),
        sa.ForeignKeyConstraint(["proposed_id"], ["user.id"], name=op.f("fk_allocation_line_proposed_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation_line")),
        sa.UniqueConstraint(
            "allocation_id", "customer_id", name=op.f("uq_allocation_line_allocation_id_customer_id")
        ),
    )
    with op.batch_alter_table("allocation_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_allocation_line_customer_id"), ["customer_id"], unique=False)

    op.create_table(
        "change_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("flow", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state in ('pending','returned')) = (closed_at IS NULL)",
            name=op.f("ck_change_request_closed_has_date"),
        ),
        sa.CheckConstraint(
            "state in ('pending','applied','partly','refused','returned','withdrawn')",
            name=op.f("ck_change_request_state_known"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_change_request_author_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_change_request_customer_id")),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["change_request.id"], name=op.f("fk_change_request_undoes_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_request")),
    )
    with op.batch_alter_table("change_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_change_request_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_change_request_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index("ix_change_request_customer_id_state", ["customer_id", "state"], unique=False)

    op.create_table(
        "spot_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mend_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(), server_default="", nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("verdict in ('','good','back')", name=op.f("ck_spot_check_verdict_known")),
        sa.CheckConstraint("(verdict = '') = (at IS NULL)", name=op.f("ck_spot_check_judged_has_date")),
        sa.CheckConstraint(
            "(verdict = 'back') = (mend_by IS NOT NULL)", name=op.f("ck_spot_check_back_has_deadline")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_spot_check_by_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_spot_check_customer_id")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_spot_check_department_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_spot_check_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_check")),
        sa.UniqueConstraint("week", "customer_id", name=op.f("uq_spot_check_week_customer_id")),
    )
    with op.batch_alter_table("spot_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_spot_check_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index("ix_spot_check_department_id_week", ["department_id", "week"], unique=False)
        batch_op.create_index(
            "ix_spot_check_owner_open",
            ["owner_id"],
            unique=False,
            sqlite_where=sa.text("verdict = 'back' AND mended_at IS NULL"),
            postgresql_where=sa.text("verdict = 'back' AND mended_at IS NULL"),
        )

    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_subscription_by_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_subscription_customer_id")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_subscription_department_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint(
            "customer_id", "department_id", name=op.f("uq_subscription_customer_id_department_id")
        ),
    )
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_subscription_customer_id"), ["customer_id"], unique=False)

    op.create_table(
        "change_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("values", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("verdict in ('','accepted','refused')", name=op.f("ck_change_item_verdict_known")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_change_item_customer_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["change_request.id"], name=op.f("fk_change_item_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_item")),
        sa.UniqueConstraint("request_id", "field", name=op.f("uq_change_item_request_id_field")),
    )
    with op.batch_alter_table("change_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_change_item_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_change_item_request_id"), ["request_id"], unique=False)

    op.create_table(
        "field_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("values", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["approved_by_id"], ["user.id"], name=op.f("fk_field_change_approved_by_id")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_field_change_by_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_field_change_customer_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["change_request.id"], name=op.f("fk_field_change_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_change")),
    )
    with op.batch_alter_table("field_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_field_change_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index(
            "ix_field_change_customer_id_field", ["customer_id", "field", "id"], unique=False
        )

    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.add_column(sa.Column("phone_retired_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("phone_retired_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("for_id", sa.Integer(), nullable=True))
    op.execute("UPDATE decision SET for_id = by_id")  # everybody answered for themselves
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.alter_column("for_id", existing_type=sa.Integer(), nullable=False)
        batch_op.drop_constraint(batch_op.f("uq_decision_step_id"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_decision_step_id_for_id"), ["step_id", "for_id"])
        batch_op.create_foreign_key(batch_op.f("fk_decision_for_id"), "user", ["for_id"], ["id"])
        batch_op.drop_constraint(batch_op.f("ck_decision_verdict_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_decision_verdict_known"), "verdict in ('approve','return','reject','back')"
        )

    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "facts",
                sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
                server_default="{}",
                nullable=False,
            )
        )
        batch_op.add_column(
            sa.Column(
                "people",
                sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
                server_default="{}",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("pressed_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("review_asked", schema=None) as batch_op:
        batch_op.add_column(sa.Column("place", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("for_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("open", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.create_foreign_key(batch_op.f("fk_review_asked_for_id"), "user", ["for_id"], ["id"])

    with op.batch_alter_table("review_step", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(), server_default="flow", nullable=False))
        batch_op.add_column(sa.Column("mode", sa.String(), server_default="any", nullable=False))
        batch_op.add_column(
            sa.Column(
                "rule",
                sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
                server_default="{}",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("hours", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("remind_hours", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("escalates", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("added_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_review_step_added_by_id"), "user", ["added_by_id"], ["id"])


def downgrade() -> None:
    # whose things go, those reviews go too; and who had handed a review on is not asked again
    of_changes = "SELECT id FROM review WHERE thing_type = 'change_request'"
    steps = f"SELECT id FROM review_step WHERE review_id IN ({of_changes})"
    for table, which in (
        ("decision", f"step_id IN ({steps})"),
        ("review_asked", f"step_id IN ({steps})"),
        ("review_step", f"review_id IN ({of_changes})"),
        ("review_comment", f"review_id IN ({of_changes})"),
        ("review_copy", f"review_id IN ({of_changes})"),
        ("review", "thing_type = 'change_request'"),
    ):
        op.execute(f"DELETE FROM {table} WHERE {which}")
    op.execute(
        "DELETE FROM review_asked WHERE NOT open AND step_id IN (SELECT id FROM review_step WHERE state = 'open')"
    )
    with op.batch_alter_table("review_step", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_review_step_added_by_id"), type_="foreignkey")
        batch_op.drop_column("added_by_id")
        batch_op.drop_column("escalated_at")
        batch_op.drop_column("reminded_at")
        batch_op.drop_column("escalates")
        batch_op.drop_column("remind_hours")
        batch_op.drop_column("hours")
        batch_op.drop_column("rule")
        batch_op.drop_column("mode")
        batch_op.drop_column("kind")

    with op.batch_alter_table("review_asked", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_review_asked_for_id"), type_="foreignkey")
        batch_op.drop_column("open")
        batch_op.drop_column("for_id")
        batch_op.drop_column("place")

    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.drop_column("pressed_at")
        batch_op.drop_column("people")
        batch_op.drop_column("facts")

    # the older tables know one answer a step and no way back to an earlier one
    op.execute("UPDATE decision SET verdict = 'return' WHERE verdict = 'back'")
    op.execute("DELETE FROM decision WHERE id NOT IN (SELECT max(id) FROM decision GROUP BY step_id)")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_decision_verdict_known"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_decision_verdict_known"), "verdict in ('approve','return','reject')"
        )
        batch_op.drop_constraint(batch_op.f("fk_decision_for_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_decision_step_id_for_id"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_decision_step_id"), ["step_id"])
        batch_op.drop_column("for_id")

    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.drop_column("phone_retired_at")

    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_column("phone_retired_at")

    with op.batch_alter_table("field_change", schema=None) as batch_op:
        batch_op.drop_index("ix_field_change_customer_id_field")
        batch_op.drop_index(batch_op.f("ix_field_change_customer_id"))

    op.drop_table("field_change")
    with op.batch_alter_table("change_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_change_item_request_id"))
        batch_op.drop_index(batch_op.f("ix_change_item_customer_id"))

    op.drop_table("change_item")
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_subscription_customer_id"))

    op.drop_table("subscription")
    with op.batch_alter_table("spot_check", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_spot_check_owner_open",
            sqlite_where=sa.text("verdict = 'back' AND mended_at IS NULL"),
            postgresql_where=sa.text("verdict = 'back' AND mended_at IS NULL"),
        )
        batch_op.drop_index("ix_spot_check_department_id_week")
        batch_op.drop_index(batch_op.f("ix_spot_check_customer_id"))

    op.drop_table("spot_check")
    with op.batch_alter_table("change_request", schema=None) as batch_op:
        batch_op.drop_index("ix_change_request_customer_id_state")
        batch_op.drop_index(batch_op.f("ix_change_request_customer_id"))
        batch_op.drop_index(batch_op.f("ix_change_request_author_id"))

    op.drop_table("change_request")
    with op.batch_alter_table("allocation_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_allocation_line_customer_id"))

    op.drop_table("allocation_line")
    with op.batch_alter_table("review_copy", schema=None) as batch_op:
        batch_op.drop_index("ix_review_copy_user_id")

    op.drop_table("review_copy")
    with op.batch_alter_table("review_comment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_comment_review_id"))

    op.drop_table("review_comment")
    op.drop_table("salesperson_weight")
    op.drop_table("flow_version")
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.drop_index("ix_delegation_principal_id")
        batch_op.drop_index(batch_op.f("ix_delegation_delegate_id"))

    op.drop_table("delegation")
    with op.batch_alter_table("allocation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_allocation_author_id"))

    op.drop_table("allocation")
    with op.batch_alter_table("outgoing", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outgoing_due",
            sqlite_where=sa.text("sent_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL"),
        )

    op.drop_table("outgoing")
    op.drop_table("job_run")
    op.drop_table("job_lease")
    op.drop_table("free_field")
