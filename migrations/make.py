"""python -m migrations.make "what it does": write the migration from the last one to the models.

The first one ("house") makes everything; until the first release, delete it and make it again when the
models change. Read what it wrote: a renamed column looks like a lost and a new one.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from crm import create_app
from crm.kernel import schema
from crm.kernel.database import db
from crm.kernel.settings import Settings

VERSIONS = Path(__file__).parent / "versions"


def make(message: str) -> Path:
    """Compare an empty database brought to the newest migration with the models; returns the new file."""
    number = f"{len(list(VERSIONS.glob('0*.py'))) + 1:04d}"
    slug = re.sub(r"\W+", "_", message.lower()).strip("_")
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(instance=Path(folder), secret_key="migration", demo=False))
        with app.app_context():
            schema.upgrade(db.engine)
            with db.engine.connect().execution_options(schema_work=True) as connection:
                config = Config()
                config.set_main_option("script_location", str(VERSIONS.parent))
                config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
                config.attributes.update(connection=connection, first=number == "0001")
                command.revision(config, message, autogenerate=True, rev_id=number)
            db.engine.dispose()
    path = VERSIONS / f"{number}_{slug}.py"
    if number == "0001":
        _with_first_ddl(path)
    path.write_text(re.sub(r" +# ### .* ###\n?", "", path.read_text("utf-8")), "utf-8")
    for tidy in (["check", "--fix"], ["format"]):
        subprocess.run([sys.executable, "-m", "ruff", *tidy, "--quiet", str(path)], check=False)
    return path


def _with_first_ddl(path: Path) -> None:
    text = path.read_text("utf-8")
    text = text.replace(
        "from alembic import op\n", "from alembic import op\n\nfrom migrations import first_ddl\n"
    )
    text = re.sub(
        r"(def upgrade\(\).*?)(\n\n\ndef downgrade\(\) -> None:\n)",
        r"\1\n    first_ddl.create(op.get_bind())\2    first_ddl.drop(op.get_bind())\n",
        text,
        flags=re.S,
    )
    path.write_text(text, "utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    print(make(sys.argv[1]))
