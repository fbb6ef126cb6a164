"""What `channels/telegram/aiogram_client.py` takes for granted of aiogram: a version that is otherwise fails here."""

from __future__ import annotations

import inspect
import json
from importlib.metadata import version
from typing import Final

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import SendMessage

ADVICE: Final = (
    f"aiogram {version('aiogram')} differs: adapt channels/telegram/aiogram_client.py, whose head says what it uses"
)
TOKEN: Final = "4321:abcdef"
METHOD: Final = SendMessage(chat_id=5, text="hello")
SENT: Final = {"ok": True, "result": {"message_id": 7, "date": 1, "chat": {"id": 5, "type": "private"}}}
ERRORS: Final[dict[int, type[TelegramAPIError]]] = {
    400: TelegramBadRequest,
    401: TelegramUnauthorizedError,
    403: TelegramForbiddenError,
    404: TelegramNotFound,
    409: TelegramConflictError,
    413: TelegramEntityTooLarge,
    500: TelegramServerError,
}


@pytest.fixture
def session() -> AiohttpSession:
    return AiohttpSession(api=TelegramAPIServer.from_base("http://127.0.0.1:8081"), timeout=60.0)


@pytest.fixture
def bot(session: AiohttpSession) -> Bot:
    return Bot(TOKEN, session=session)


def test_the_address_of_a_call_is_made_of_public_names(session: AiohttpSession) -> None:
    url = session.api.api_url(token=TOKEN, method=METHOD.__api_method__)

    assert url == f"http://127.0.0.1:8081/bot{TOKEN}/sendMessage", ADVICE


def test_a_session_has_the_methods_that_ours_replaces_or_calls() -> None:
    expected = {
        "create_session": ["self"],
        "make_request": ["self", "bot", "method", "timeout"],
        "close": ["self"],
        "build_form_data": ["self", "bot", "method"],
        "check_response": ["self", "bot", "method", "status_code", "content"],
    }

    found = {name: list(inspect.signature(getattr(AiohttpSession, name)).parameters) for name in expected}

    assert found == expected, ADVICE
    assert {"make_request", "close", "stream_content"} == set(BaseSession.__abstractmethods__), ADVICE


def test_a_form_is_made_of_what_is_set(session: AiohttpSession, bot: Bot) -> None:
    fields = session.build_form_data(bot=bot, method=METHOD)

    assert not fields.is_multipart, ADVICE
    assert fields().decode() == "chat_id=5&text=hello", ADVICE


def test_an_answer_is_read_into_the_methods_result(session: AiohttpSession, bot: Bot) -> None:
    answer = session.check_response(bot, METHOD, 200, json.dumps(SENT))

    assert (answer.result.message_id, answer.result.chat.id) == (7, 5), ADVICE


@pytest.mark.parametrize("status", ERRORS)
def test_a_refusal_is_an_error_of_its_status_with_telegrams_words(
    session: AiohttpSession, bot: Bot, status: int
) -> None:
    content = json.dumps({"ok": False, "error_code": status, "description": "words"})

    with pytest.raises(TelegramAPIError) as caught:
        session.check_response(bot, METHOD, status, content)

    assert type(caught.value) is ERRORS[status], ADVICE
    assert caught.value.message == "words", ADVICE


def test_waiting_and_moving_are_errors_of_their_own(session: AiohttpSession, bot: Bot) -> None:
    slow = {"ok": False, "error_code": 429, "description": "slow", "parameters": {"retry_after": 9}}
    moved = {"ok": False, "error_code": 400, "description": "moved", "parameters": {"migrate_to_chat_id": -1009}}

    with pytest.raises(TelegramRetryAfter) as waits:
        session.check_response(bot, METHOD, 429, json.dumps(slow))
    with pytest.raises(TelegramMigrateToChat) as moves:
        session.check_response(bot, METHOD, 400, json.dumps(moved))

    assert (waits.value.retry_after, moves.value.migrate_to_chat_id) == (9, -1009), ADVICE


@pytest.mark.parametrize(("content", "data"), [("no json", "no json"), ('{"ok": 5}', {"ok": 5})])
def test_what_cannot_be_read_is_told_with_what_came(
    session: AiohttpSession, bot: Bot, content: str, data: object
) -> None:
    with pytest.raises(ClientDecodeError) as caught:
        session.check_response(bot, METHOD, 200, content)

    assert caught.value.data == data, ADVICE
