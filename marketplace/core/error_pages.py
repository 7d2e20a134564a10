"""What a person is told when something cannot be done, and where to go on from there."""

import re
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, current_app, make_response, render_template, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from marketplace.core.errors import Busy, Refused
from marketplace.core.i18n import N_, _

SENTENCES = {
    400: N_("요청을 알아들을 수 없습니다. 앞 화면으로 돌아가 다시 시도하세요."),
    401: N_("먼저 로그인하세요."),
    403: N_("이 작업을 할 권한이 없습니다. 담당자에게 권한을 요청하거나 다른 기업으로 전환하세요."),
    404: N_("찾으시는 화면이 없습니다. 주소를 확인하거나 첫 화면에서 다시 찾아보세요."),
    405: N_("이 주소에서는 할 수 없는 요청입니다."),
    409: N_("그사이 기록이 바뀌었습니다. 화면을 새로 고친 뒤 다시 시도하세요."),
    413: N_("파일이 너무 큽니다. 나누어 올리거나 압축해 주세요."),
    422: N_("입력한 내용을 처리할 수 없습니다. 내용을 확인하고 다시 보내세요."),
    429: N_("요청이 너무 잦습니다. 잠시 뒤 다시 시도하세요."),
    500: N_("문제가 생겼습니다. 입력은 저장되지 않았습니다. 잠시 뒤 다시 시도하세요."),
    503: N_("지금은 처리할 수 없습니다. 잠시 뒤 같은 요청을 다시 보내세요."),
}


def error_page(status: int, sentence: str | None = None) -> BaseResponse:
    """The page for an error status, with a sentence that says what to do next."""
    known = status if status in SENTENCES else 400 if status < 500 else 500
    response = make_response(
        render_template(
            "errors/error.html", status=status, sentence=sentence or _(SENTENCES[known]), back=_page_before()
        ),
        status,
    )
    if status in (429, 503):
        response.headers["Retry-After"] = "5"
    return response


def _page_before() -> str:
    """The page of ours that a form was sent from, '' where that is not told."""
    told = urlsplit(request.referrer or "")
    if request.method != "POST" or told.netloc != request.host or not re.match(r"/[^/\\]|/$", told.path):
        return ""
    return f"{told.path}?{told.query}" if told.query else told.path


def _on_http_error(error: HTTPException) -> BaseResponse:
    if error.response is not None:
        return cast(BaseResponse, error.response)
    return error_page(error.code or 500)


def _on_refusal(error: Refused) -> BaseResponse:
    return error_page(error.status, str(error))


def _on_database_trouble(error: OperationalError) -> BaseResponse:
    current_app.logger.warning("database: %s", error.orig)
    return error_page(503)


def init_app(app: Flask) -> None:
    """Pages for refusals, for what HTTP refuses, and for a database that is away."""
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(Refused, _on_refusal)
    app.register_error_handler(Busy, _on_refusal)
    app.register_error_handler(OperationalError, _on_database_trouble)
