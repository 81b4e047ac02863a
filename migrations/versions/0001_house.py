"""house"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import first_ddl

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("thing_type", sa.String(), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=True),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_audit_entry_digest_is_sha256")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_thing", "audit_entry", ["thing_type", "thing_id", "seq"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "calendar_year",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_year")),
    )
    op.create_table(
        "company",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("short_name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_company_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "department",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'company') = (parent_id IS NULL)", name=op.f("ck_department_root_is_company")
        ),
        sa.CheckConstraint(
            "kind in ('company', 'branch', 'department')", name=op.f("ck_department_kind_known")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["department.id"], name=op.f("fk_department_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("parent_id", "name", name=op.f("uq_department_parent_id_name")),
    )
    op.create_index(op.f("ix_department_path"), "department", ["path"], unique=False)
    op.create_table(
        "search_doc",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("initials", sa.String(), nullable=False),
        sa.Column("terms", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_doc")),
        sa.UniqueConstraint("kind", "thing_id", name=op.f("uq_search_doc_kind_thing_id")),
    )
    op.create_table(
        "source_channel",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_source_channel")),
        sa.UniqueConstraint("name", name=op.f("uq_source_channel_name")),
    )
    op.create_table(
        "stored_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("mime", sa.String(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("sha256", name=op.f("uq_stored_file_sha256")),
    )
    op.create_table(
        "throttle",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
    )
    op.create_index("ix_throttle_last_at", "throttle", ["last_at"], unique=False)
    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_user_department_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("username", name=op.f("uq_user_username")),
    )
    op.create_index(op.f("ix_user_department_id"), "user", ["department_id"], unique=False)
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("columns", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("valid", sa.Integer(), nullable=False),
        sa.Column("warned", sa.Integer(), nullable=False),
        sa.Column("duplicates", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'imported') = (imported_at IS NOT NULL)", name=op.f("ck_import_batch_imported_has_date")
        ),
        sa.CheckConstraint(
            "state in ('checked','in_review','returned','imported','dropped')",
            name=op.f("ck_import_batch_state_known"),
        ),
        sa.CheckConstraint(
            "total = valid + duplicates + rejected", name=op.f("ck_import_batch_every_row_counted")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_import_batch_author_id")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_import_batch_department_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_import_batch_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    op.create_index(op.f("ix_import_batch_author_id"), "import_batch", ["author_id"], unique=False)
    op.create_table(
        "login_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("keep", sa.Boolean(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_login_session_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_session_token_hash")),
    )
    op.create_index(op.f("ix_login_session_user_id"), "login_session", ["user_id"], unique=False)
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["recipient_id"], ["user.id"], name=op.f("fk_message_recipient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index("ix_message_recipient", "message", ["recipient_id", "id"], unique=False)
    op.create_index(
        "ix_message_unread",
        "message",
        ["recipient_id"],
        unique=False,
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("flow", sa.String(), nullable=False),
        sa.Column("flow_version", sa.Integer(), nullable=False),
        sa.Column("thing_type", sa.String(), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("object_name", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("proposal", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'pending') = (closed_at IS NULL)", name=op.f("ck_review_closed_has_date")
        ),
        sa.CheckConstraint(
            "state in ('pending','approved','returned','rejected','withdrawn')",
            name=op.f("ck_review_state_known"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_review_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("number", "round", name=op.f("uq_review_number_round")),
    )
    op.create_index("ix_review_author_id_id", "review", ["author_id", "id"], unique=False)
    op.create_index("ix_review_thing", "review", ["thing_type", "thing_id"], unique=False)
    op.create_index(
        "uq_review_one_pending",
        "review",
        ["thing_type", "thing_id"],
        unique=True,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "user_role",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_user_role_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "role", name=op.f("pk_user_role")),
    )
    op.create_table(
        "customer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("draft_key", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("uscc", sa.String(), nullable=True),
        sa.Column("nature", sa.String(), nullable=True),
        sa.Column("form", sa.String(), nullable=True),
        sa.Column("industry", sa.String(), nullable=True),
        sa.Column("staff", sa.Integer(), nullable=True),
        sa.Column("yearly_revenue_fen", sa.BigInteger(), nullable=True),
        sa.Column("province", sa.String(), nullable=True),
        sa.Column("city", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("website", sa.String(), nullable=True),
        sa.Column("founded_on", sa.Date(), nullable=True),
        sa.Column("trading_since", sa.Date(), nullable=True),
        sa.Column("source_channel", sa.String(), nullable=True),
        sa.Column("source_note", sa.String(), nullable=False),
        sa.Column("met_by", sa.String(), nullable=True),
        sa.Column("collected_on", sa.Date(), nullable=False),
        sa.Column("first_contact_on", sa.Date(), nullable=True),
        sa.Column("import_batch_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("department_path", sa.String(), nullable=False),
        sa.Column("distinct_reason", sa.String(), nullable=False),
        sa.Column("grade", sa.String(), nullable=True),
        sa.Column("value_level", sa.String(), nullable=True),
        sa.Column("key_customer", sa.Boolean(), nullable=False),
        sa.Column("completeness", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contact_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dispatch_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dispatched_by_id", sa.Integer(), nullable=True),
        sa.Column("archivist_id", sa.Integer(), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filed_by_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("custodian_id", sa.Integer(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_reason", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(state = 'retired') = (retired_at IS NOT NULL)", name=op.f("ck_customer_retired_has_date")
        ),
        sa.CheckConstraint("grade in ('A', 'B', 'C')", name=op.f("ck_customer_grade_known")),
        sa.CheckConstraint(
            "state != 'filed' OR (filed_at IS NOT NULL AND code IS NOT NULL AND place IS NOT NULL AND custodian_id IS NOT NULL)",
            name=op.f("ck_customer_filed_has_place"),
        ),
        sa.CheckConstraint(
            "state != 'in_review' OR submitted_at IS NOT NULL", name=op.f("ck_customer_review_has_date")
        ),
        sa.CheckConstraint("state = 'draft' OR trim(name) != ''", name=op.f("ck_customer_named")),
        sa.CheckConstraint(
            "state NOT IN ('approved','dispatched','filed') OR approved_at IS NOT NULL",
            name=op.f("ck_customer_approved_has_date"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('dispatched','filed') OR dispatched_at IS NOT NULL",
            name=op.f("ck_customer_dispatched_has_date"),
        ),
        sa.CheckConstraint(
            "state in ('draft','in_review','returned','approved','dispatched','filed','retired')",
            name=op.f("ck_customer_state_known"),
        ),
        sa.ForeignKeyConstraint(["archivist_id"], ["user.id"], name=op.f("fk_customer_archivist_id")),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_customer_author_id")),
        sa.ForeignKeyConstraint(["custodian_id"], ["user.id"], name=op.f("fk_customer_custodian_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_customer_department_id")),
        sa.ForeignKeyConstraint(["dispatched_by_id"], ["user.id"], name=op.f("fk_customer_dispatched_by_id")),
        sa.ForeignKeyConstraint(["filed_by_id"], ["user.id"], name=op.f("fk_customer_filed_by_id")),
        sa.ForeignKeyConstraint(
            ["import_batch_id"], ["import_batch.id"], name=op.f("fk_customer_import_batch_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_customer_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("author_id", "draft_key", name=op.f("uq_customer_author_id_draft_key")),
        sa.UniqueConstraint("code", name=op.f("uq_customer_code")),
    )
    op.create_index(op.f("ix_customer_archivist_id"), "customer", ["archivist_id"], unique=False)
    op.create_index(op.f("ix_customer_author_id"), "customer", ["author_id"], unique=False)
    op.create_index(op.f("ix_customer_custodian_id"), "customer", ["custodian_id"], unique=False)
    op.create_index("ix_customer_department_path", "customer", ["department_path"], unique=False)
    op.create_index(op.f("ix_customer_import_batch_id"), "customer", ["import_batch_id"], unique=False)
    op.create_index(op.f("ix_customer_name_key"), "customer", ["name_key"], unique=False)
    op.create_index("ix_customer_owner_id_state", "customer", ["owner_id", "state"], unique=False)
    op.create_index("ix_customer_register", "customer", ["state", "updated_at", "id"], unique=False)
    op.create_index(op.f("ix_customer_uscc"), "customer", ["uscc"], unique=False)
    op.create_table(
        "review_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_from", sa.Date(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state NOT IN ('open','done') OR (opened_at IS NOT NULL AND counted_from IS NOT NULL)",
            name=op.f("ck_review_step_opened_has_date"),
        ),
        sa.CheckConstraint(
            "state in ('waiting','open','done','skipped')", name=op.f("ck_review_step_state_known")
        ),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_review_step_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_step")),
        sa.UniqueConstraint("review_id", "position", name=op.f("uq_review_step_review_id_position")),
    )
    op.create_index("ix_review_step_state_due_at", "review_step", ["state", "due_at"], unique=False)
    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("decides", sa.String(), nullable=False),
        sa.Column("primary", sa.Boolean(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_reason", sa.String(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_contact_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index(op.f("ix_contact_customer_id"), "contact", ["customer_id"], unique=False)
    op.create_table(
        "customer_access",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_customer_access_customer_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_customer_access_user_id")),
        sa.PrimaryKeyConstraint("customer_id", "user_id", "because", name=op.f("pk_customer_access")),
    )
    op.create_index(op.f("ix_customer_access_user_id"), "customer_access", ["user_id"], unique=False)
    op.create_table(
        "customer_chapter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("values", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_customer_chapter_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_chapter")),
        sa.UniqueConstraint("customer_id", "part", name=op.f("uq_customer_chapter_customer_id_part")),
    )
    op.create_index(
        op.f("ix_customer_chapter_customer_id"), "customer_chapter", ["customer_id"], unique=False
    )
    op.create_table(
        "customer_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["user.id"], name=op.f("fk_customer_file_added_by_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_customer_file_customer_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_customer_file_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_file")),
    )
    op.create_index(op.f("ix_customer_file_customer_id"), "customer_file", ["customer_id"], unique=False)
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("reasons", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("ticks", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "verdict in ('approve','return','reject')", name=op.f("ck_decision_verdict_known")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_decision_by_id")),
        sa.ForeignKeyConstraint(["step_id"], ["review_step.id"], name=op.f("fk_decision_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("step_id", name=op.f("uq_decision_step_id")),
    )
    op.create_index(op.f("ix_decision_by_id"), "decision", ["by_id"], unique=False)
    op.create_table(
        "grade_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_grade_change_by_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_grade_change_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grade_change")),
    )
    op.create_index(op.f("ix_grade_change_customer_id"), "grade_change", ["customer_id"], unique=False)
    op.create_table(
        "import_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("record", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("warnings", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("cells", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("duplicate_row", sa.Integer(), nullable=True),
        sa.Column("duplicate_of_id", sa.Integer(), nullable=True),
        sa.Column("imported_customer_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(reason = '') = (status in ('valid','valid_with_warnings'))",
            name=op.f("ck_import_row_refused_has_reason"),
        ),
        sa.CheckConstraint(
            "imported_customer_id IS NULL OR status in ('valid','valid_with_warnings')",
            name=op.f("ck_import_row_only_valid_imported"),
        ),
        sa.CheckConstraint(
            "status in ('valid','valid_with_warnings','duplicate','rejected')",
            name=op.f("ck_import_row_status_known"),
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batch.id"], name=op.f("fk_import_row_batch_id")),
        sa.ForeignKeyConstraint(
            ["duplicate_of_id"], ["customer.id"], name=op.f("fk_import_row_duplicate_of_id")
        ),
        sa.ForeignKeyConstraint(
            ["imported_customer_id"], ["customer.id"], name=op.f("fk_import_row_imported_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_row")),
        sa.UniqueConstraint("batch_id", "number", name=op.f("uq_import_row_batch_id_number")),
    )
    op.create_table(
        "need",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("target_on", sa.Date(), nullable=True),
        sa.Column("budget_low_fen", sa.BigInteger(), nullable=True),
        sa.Column("budget_high_fen", sa.BigInteger(), nullable=True),
        sa.Column("intent", sa.String(), nullable=False),
        sa.Column("pain", sa.String(), nullable=False),
        sa.Column("decider", sa.String(), nullable=False),
        sa.Column("influencers", sa.String(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_need_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
    )
    op.create_index(op.f("ix_need_customer_id"), "need", ["customer_id"], unique=False)
    op.create_table(
        "opinion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("what_happened", sa.String(), nullable=False),
        sa.Column("wanted", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("customer_name", sa.String(), nullable=False),
        sa.Column("contact_name", sa.String(), nullable=False),
        sa.Column("contact_phone", sa.String(), nullable=False),
        sa.Column("technician_id", sa.Integer(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("form_key", sa.String(), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by_id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=False),
        sa.Column("department_path", sa.String(), nullable=False),
        sa.Column("handler_id", sa.Integer(), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gm_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'judgement') = (technician_id IS NOT NULL AND score IS NOT NULL)",
            name=op.f("ck_opinion_judgement_has_technician"),
        ),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL AND closed_by_id IS NOT NULL)",
            name=op.f("ck_opinion_closed_has_date"),
        ),
        sa.CheckConstraint(
            "(state = 'registered') = (handler_id IS NULL)", name=op.f("ck_opinion_handler_named")
        ),
        sa.CheckConstraint(
            "(state in ('answered','closed')) = (answered_at IS NOT NULL AND answered_by IS NOT NULL)",
            name=op.f("ck_opinion_answered_has_answer"),
        ),
        sa.CheckConstraint(
            "NOT (state = 'closed' AND severity = 'serious' AND gm_seen_at IS NULL)",
            name=op.f("ck_opinion_serious_seen"),
        ),
        sa.CheckConstraint("answered_by in ('letter','call')", name=op.f("ck_opinion_answer_known")),
        sa.CheckConstraint(
            "kind in ('suggestion','complaint','judgement')", name=op.f("ck_opinion_kind_known")
        ),
        sa.CheckConstraint(
            "severity = 'general' OR answered_by IS NULL OR answered_by = 'letter'",
            name=op.f("ck_opinion_serious_by_letter"),
        ),
        sa.CheckConstraint("severity in ('serious','general')", name=op.f("ck_opinion_severity_known")),
        sa.CheckConstraint(
            "state in ('registered','assigned','answered','closed')", name=op.f("ck_opinion_state_known")
        ),
        sa.CheckConstraint("score between 1 and 5", name=op.f("ck_opinion_score_known")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["user.id"], name=op.f("fk_opinion_closed_by_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_opinion_customer_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_opinion_department_id")),
        sa.ForeignKeyConstraint(["handler_id"], ["user.id"], name=op.f("fk_opinion_handler_id")),
        sa.ForeignKeyConstraint(["registered_by_id"], ["user.id"], name=op.f("fk_opinion_registered_by_id")),
        sa.ForeignKeyConstraint(["technician_id"], ["user.id"], name=op.f("fk_opinion_technician_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion")),
        sa.UniqueConstraint("number", name=op.f("uq_opinion_number")),
        sa.UniqueConstraint(
            "registered_by_id", "form_key", name=op.f("uq_opinion_registered_by_id_form_key")
        ),
    )
    op.create_index(op.f("ix_opinion_customer_id"), "opinion", ["customer_id"], unique=False)
    op.create_index("ix_opinion_department_path", "opinion", ["department_path"], unique=False)
    op.create_index("ix_opinion_handler_id_state", "opinion", ["handler_id", "state"], unique=False)
    op.create_index("ix_opinion_list", "opinion", ["rank", "received_at", "id"], unique=False)
    op.create_index(op.f("ix_opinion_registered_by_id"), "opinion", ["registered_by_id"], unique=False)
    op.create_index(op.f("ix_opinion_technician_id"), "opinion", ["technician_id"], unique=False)
    op.create_table(
        "review_asked",
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["step_id"], ["review_step.id"], name=op.f("fk_review_asked_step_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_review_asked_user_id")),
        sa.PrimaryKeyConstraint("step_id", "user_id", name=op.f("pk_review_asked")),
    )
    op.create_index(op.f("ix_review_asked_user_id"), "review_asked", ["user_id"], unique=False)
    op.create_table(
        "opinion_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opinion_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["user.id"], name=op.f("fk_opinion_file_added_by_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_opinion_file_file_id")),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name=op.f("fk_opinion_file_opinion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_file")),
    )
    op.create_index(op.f("ix_opinion_file_opinion_id"), "opinion_file", ["opinion_id"], unique=False)
    op.create_table(
        "opinion_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opinion_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("trim(text) != ''", name=op.f("ck_opinion_finding_says_something")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_opinion_finding_by_id")),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name=op.f("fk_opinion_finding_opinion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_finding")),
    )
    op.create_index(op.f("ix_opinion_finding_opinion_id"), "opinion_finding", ["opinion_id"], unique=False)
    op.create_table(
        "opinion_instruction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("handler_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opinion_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "way != 'forward' OR trim(text) != ''",
            name=op.f("ck_opinion_instruction_forwarded_with_instruction"),
        ),
        sa.CheckConstraint("way in ('take','forward','read')", name=op.f("ck_opinion_instruction_way_known")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_opinion_instruction_by_id")),
        sa.ForeignKeyConstraint(["handler_id"], ["user.id"], name=op.f("fk_opinion_instruction_handler_id")),
        sa.ForeignKeyConstraint(
            ["opinion_id"], ["opinion.id"], name=op.f("fk_opinion_instruction_opinion_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_instruction")),
    )
    op.create_index(
        op.f("ix_opinion_instruction_opinion_id"), "opinion_instruction", ["opinion_id"], unique=False
    )
    op.create_table(
        "opinion_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("addressee", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("signer_id", sa.Integer(), nullable=True),
        sa.Column("delivered", sa.String(), nullable=False),
        sa.Column("whom", sa.String(), nullable=False),
        sa.Column("reaction", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opinion_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'letter' AND told_at IS NOT NULL) = (number IS NOT NULL)",
            name=op.f("ck_opinion_reply_sent_has_number"),
        ),
        sa.CheckConstraint(
            "kind != 'call' OR (told_at IS NOT NULL AND trim(whom) != '' AND trim(body) != '')",
            name=op.f("ck_opinion_reply_call_says_something"),
        ),
        sa.CheckConstraint("kind in ('letter','call')", name=op.f("ck_opinion_reply_kind_known")),
        sa.CheckConstraint(
            "number IS NULL OR (trim(title) != '' AND trim(body) != '' AND signer_id IS NOT NULL)",
            name=op.f("ck_opinion_reply_letter_says_something"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_opinion_reply_by_id")),
        sa.ForeignKeyConstraint(["opinion_id"], ["opinion.id"], name=op.f("fk_opinion_reply_opinion_id")),
        sa.ForeignKeyConstraint(["signer_id"], ["user.id"], name=op.f("fk_opinion_reply_signer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_reply")),
        sa.UniqueConstraint("number", name=op.f("uq_opinion_reply_number")),
    )
    op.create_index(op.f("ix_opinion_reply_opinion_id"), "opinion_reply", ["opinion_id"], unique=False)
    op.create_index(
        "uq_opinion_reply_one_draft",
        "opinion_reply",
        ["opinion_id"],
        unique=True,
        sqlite_where=sa.text("told_at IS NULL"),
        postgresql_where=sa.text("told_at IS NULL"),
    )
    first_ddl.create(op.get_bind())


def downgrade() -> None:
    first_ddl.drop(op.get_bind())
    op.drop_index(
        "uq_opinion_reply_one_draft",
        table_name="opinion_reply",
        sqlite_where=sa.text("told_at IS NULL"),
        postgresql_where=sa.text("told_at IS NULL"),
    )
    op.drop_index(op.f("ix_opinion_reply_opinion_id"), table_name="opinion_reply")
    op.drop_table("opinion_reply")
    op.drop_index(op.f("ix_opinion_instruction_opinion_id"), table_name="opinion_instruction")
    op.drop_table("opinion_instruction")
    op.drop_index(op.f("ix_opinion_finding_opinion_id"), table_name="opinion_finding")
    op.drop_table("opinion_finding")
    op.drop_index(op.f("ix_opinion_file_opinion_id"), table_name="opinion_file")
    op.drop_table("opinion_file")
    op.drop_index(op.f("ix_review_asked_user_id"), table_name="review_asked")
    op.drop_table("review_asked")
    op.drop_index(op.f("ix_opinion_technician_id"), table_name="opinion")
    op.drop_index(op.f("ix_opinion_registered_by_id"), table_name="opinion")
    op.drop_index("ix_opinion_list", table_name="opinion")
    op.drop_index("ix_opinion_handler_id_state", table_name="opinion")
    op.drop_index("ix_opinion_department_path", table_name="opinion")
    op.drop_index(op.f("ix_opinion_customer_id"), table_name="opinion")
    op.drop_table("opinion")
    op.drop_index(op.f("ix_need_customer_id"), table_name="need")
    op.drop_table("need")
    op.drop_table("import_row")
    op.drop_index(op.f("ix_grade_change_customer_id"), table_name="grade_change")
    op.drop_table("grade_change")
    op.drop_index(op.f("ix_decision_by_id"), table_name="decision")
    op.drop_table("decision")
    op.drop_index(op.f("ix_customer_file_customer_id"), table_name="customer_file")
    op.drop_table("customer_file")
    op.drop_index(op.f("ix_customer_chapter_customer_id"), table_name="customer_chapter")
    op.drop_table("customer_chapter")
    op.drop_index(op.f("ix_customer_access_user_id"), table_name="customer_access")
    op.drop_table("customer_access")
    op.drop_index(op.f("ix_contact_customer_id"), table_name="contact")
    op.drop_table("contact")
    op.drop_index("ix_review_step_state_due_at", table_name="review_step")
    op.drop_table("review_step")
    op.drop_index(op.f("ix_customer_uscc"), table_name="customer")
    op.drop_index("ix_customer_register", table_name="customer")
    op.drop_index("ix_customer_owner_id_state", table_name="customer")
    op.drop_index(op.f("ix_customer_name_key"), table_name="customer")
    op.drop_index(op.f("ix_customer_import_batch_id"), table_name="customer")
    op.drop_index("ix_customer_department_path", table_name="customer")
    op.drop_index(op.f("ix_customer_custodian_id"), table_name="customer")
    op.drop_index(op.f("ix_customer_author_id"), table_name="customer")
    op.drop_index(op.f("ix_customer_archivist_id"), table_name="customer")
    op.drop_table("customer")
    op.drop_table("user_role")
    op.drop_index(
        "uq_review_one_pending",
        table_name="review",
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.drop_index("ix_review_thing", table_name="review")
    op.drop_index("ix_review_author_id_id", table_name="review")
    op.drop_table("review")
    op.drop_index(
        "ix_message_unread",
        table_name="message",
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.drop_index("ix_message_recipient", table_name="message")
    op.drop_table("message")
    op.drop_index(op.f("ix_login_session_user_id"), table_name="login_session")
    op.drop_table("login_session")
    op.drop_index(op.f("ix_import_batch_author_id"), table_name="import_batch")
    op.drop_table("import_batch")
    op.drop_index(op.f("ix_user_department_id"), table_name="user")
    op.drop_table("user")
    op.drop_index("ix_throttle_last_at", table_name="throttle")
    op.drop_table("throttle")
    op.drop_table("stored_file")
    op.drop_table("source_channel")
    op.drop_table("search_doc")
    op.drop_index(op.f("ix_department_path"), table_name="department")
    op.drop_table("department")
    op.drop_table("counter")
    op.drop_table("company")
    op.drop_table("calendar_year")
    op.drop_table("calendar_day")
    op.drop_table("audit_head")
    op.drop_index("ix_audit_entry_thing", table_name="audit_entry")
    op.drop_table("audit_entry")
