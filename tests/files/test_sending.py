"""What is handed to a browser cannot run in our name."""

from urllib.parse import quote

import pytest

from crm.files import path_of, send, store

from .samples import PDF, PNG, XLSX, upload


def sent(app, session, content, name, *, inline):
    stored = store(upload(content, name))
    session.commit()
    with app.test_request_context():
        response = send(stored, name, inline=inline)
        response.close()
        return response


def test_a_chinese_name_arrives(app, session):
    response = sent(app, session, XLSX, "客户清单 1.xlsx", inline=False)
    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert "filename*=UTF-8''" + quote("客户清单 1.xlsx") in disposition


@pytest.mark.parametrize(
    ("content", "name", "disposition"),
    [
        (PDF, "a.pdf", "inline"),
        (PNG, "a.png", "inline"),
        (XLSX, "a.xlsx", "attachment"),
        (b"<script>alert(1)</script>", "a.txt", "attachment"),
    ],
)
def test_only_pdf_and_pictures_are_shown(app, session, content, name, disposition):
    response = sent(app, session, content, name, inline=True)
    assert response.headers["Content-Disposition"].startswith(disposition)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_a_picture_is_shown_in_a_sandbox(app, session):
    response = sent(app, session, PNG, "a.png", inline=True)
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_a_lost_file_is_not_found(app, session):
    from werkzeug.exceptions import NotFound

    stored = store(upload(PDF, "a.pdf"))
    session.commit()
    path_of(stored).unlink()
    with app.test_request_context(), pytest.raises(NotFound):
        send(stored, "a.pdf")
