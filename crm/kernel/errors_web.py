"""Errors as pages in the user's language; for htmx as a note that replaces nothing the user typed."""

import errno
from functools import lru_cache
from typing import Any

from flask import Flask, Response, current_app, g, redirect, render_template, request, session
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from .database import db
from .errors import Refused
from .languages import gettext as _
from .logs import new_reference
from .web import SAFE, came_from, form_page, is_part

csrf = CSRFProtect()

#: what a disk says that takes nothing more
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG)


def init_app(app: Flask) -> None:
    csrf.init_app(app)
    app.before_request(_sign_once)

    @app.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        db.session.rollback()
        return answer(error.status, _title(error.status), error.text)

    @app.errorhandler(CSRFError)
    def forged(_error: CSRFError) -> Response:
        db.session.rollback()
        return answer(
            400,
            _("这个页面放得太久了"),
            _("为了安全，请刷新页面后再提交一次。"),
            kept=_("刚才的操作没有执行。"),
        )

    @app.errorhandler(HTTPException)
    def known(error: HTTPException) -> Any:
        db.session.rollback()
        if error.code is None or error.code < 400:
            return error
        return answer(error.code, _title(error.code), _text(error.code))

    @app.errorhandler(MethodNotAllowed)
    def only_takes_a_form(error: MethodNotAllowed) -> Any:
        page = form_page() if request.method in SAFE else None
        return known(error) if page is None else redirect(page, 303)

    @app.errorhandler(RequestEntityTooLarge)
    def too_large(error: RequestEntityTooLarge) -> Response:
        db.session.rollback()
        return answer(
            413,
            _title(413),
            _text(413),
            kept=_("这次提交的内容没有存下；之前自动保存的草稿还在。"),
            todo=_("回到填写的页面，换成小一些的文件再提交。"),
            back=came_from(),
        )

    @app.errorhandler(IntegrityError)
    @app.errorhandler(StaleDataError)  # a row with a version was overtaken
    def conflict(error: Exception) -> Response:
        db.session.rollback()
        app.logger.warning("conflict: %s", type(getattr(error, "orig", None) or error).__name__)
        return answer(409, _title(409), _("有人先一步改动了同一条记录，请刷新后再看。"))

    @app.errorhandler(OSError)
    @app.errorhandler(OperationalError)
    def unavailable(error: Exception) -> Any:
        if isinstance(error, OSError) and error.errno not in FULL:
            return unknown(error)
        db.session.rollback()
        reference = new_reference()
        app.logger.error("unavailable", exc_info=error, extra={"reference": reference})
        return answer(
            503,
            _("系统暂时无法保存"),
            _("数据库忙或磁盘已满，请稍候再试；多次如此请联系系统管理员。"),
            kept=_("刚才的操作没有执行，没有存下一半的内容。"),
            reference=reference,
        )

    @app.errorhandler(Exception)
    def unknown(error: Exception) -> Any:
        try:
            db.session.rollback()
        except SQLAlchemyError:
            db.session.remove()
        if app.config.get("PROPAGATE_EXCEPTIONS"):
            raise error
        reference = new_reference()
        app.logger.error("unhandled", exc_info=error, extra={"reference": reference})
        return answer(
            500,
            _("出错了"),
            _("这是系统的问题，不是您的操作有误。请把编号告诉系统管理员。"),
            kept=_("刚才的操作没有执行。"),
            reference=reference,
        )


def _sign_once() -> None:
    """The token of a session is signed once, not with every page: it has no time limit of its own."""
    raw = session.get("csrf_token") if request.endpoint != "static" else None
    if isinstance(raw, str):
        g.csrf_token = _signed(current_app._get_current_object(), raw)  # type: ignore[attr-defined]


@lru_cache(maxsize=2000)
def _signed(_app: Flask, _raw: str) -> str:
    token: str = generate_csrf()
    return token


def answer(
    code: int, title: str, text: str, *, kept: str = "", todo: str = "", back: str = "", reference: str = ""
) -> Response:
    """A whole page, or for htmx a note shown in the page's notice line. `back`: the page to go on with."""
    context = {"code": code, "title": title, "text": text, "kept": kept, "todo": todo, "back": back}
    context["reference"] = reference
    if is_part():
        headers = {"HX-Retarget": "#notice", "HX-Reswap": "innerHTML"}
        return Response(render_template("errors/_note.html", **context), code, headers)
    signed_in = getattr(g.get("user"), "is_authenticated", False)
    layout = "layouts/page.html" if signed_in else "layouts/door.html"
    return Response(render_template("errors/error.html", layout=layout, **context), code)


def _title(code: int) -> str:
    return {
        400: _("请求有误"),
        403: _("没有权限"),
        404: _("没有找到"),
        405: _("不能这样操作"),
        409: _("现在不能这样做"),
        413: _("文件太大"),
        429: _("操作太频繁"),
    }.get(code, _("出错了"))


def _text(code: int) -> str:
    return {
        400: _("提交的内容不完整，请返回后再试。"),
        403: _("您的角色不能打开这个页面或执行这个操作。"),
        404: _("这个页面不存在，或不在您的查看范围内。"),
        405: _("请从页面上的按钮操作。"),
        413: _("一次上传不能超过 %(n)s MB。", n=current_app.config["SETTINGS"].upload_mb),
    }.get(code, _("请返回后再试。"))
