"""python app.py prepares the database and serves; other servers call create_app (app:create_app())."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  an old Python gets a sentence, not a trace
    sys.exit(
        "需要 Python 3.11、3.12 或 3.13，现在是 %d.%d。\nPython 3.11, 3.12 or 3.13 is needed, this is %d.%d."  # noqa: UP031
        % (sys.version_info[:2] * 2)
    )

try:
    from crm import create_app
except ModuleNotFoundError as error:
    if (error.name or "").startswith("crm"):
        raise
    sys.exit(
        f"缺少 Python 包 {error.name}。请先执行 make run，或 pip install -r requirements.txt\n"
        f"The Python package {error.name} is missing: make run, or pip install -r requirements.txt"
    )

__all__ = ["create_app"]

if __name__ == "__main__":
    from crm.serve import serve

    serve()
