"""What `channels/whatsapp/pywa_client.py` takes for granted of pywa: a version that is otherwise fails here."""

from __future__ import annotations

import inspect
from importlib.metadata import version
from typing import Any, Final

import httpx
import pytest
from pywa_async import WhatsApp
from pywa_async.errors import WhatsAppError

ADVICE: Final = f"pywa {version('pywa')} differs: adapt channels/whatsapp/pywa_client.py, whose head says what it uses"
ANSWER: Final = {"messages": [{"id": "wamid.new"}]}
SEND: Final = {"to": "+491701234567", "recipient": None, "recipient_type": "individual", "typ": "text"}

CALLS: Final[dict[str, tuple[dict[str, Any], str, str]]] = {
    "send_message": (
        {
            **SEND,
            "sender": "700100",
            "msg": {"body": "hello"},
            "reply_to_message_id": None,
            "biz_opaque_callback_data": "id",
        },
        "POST",
        "/700100/messages",
    ),
    "send_raw_request": (
        {"method": "POST", "endpoint": "/700100/marketing_messages", "json": {"type": "template"}},
        "POST",
        "/700100/marketing_messages",
    ),
    "mark_message_as_read": ({"phone_id": "700100", "message_id": "wamid.1"}, "POST", "/700100/messages"),
    "set_indicator": ({"phone_id": "700100", "message_id": "wamid.1", "typ": "text"}, "POST", "/700100/messages"),
    "get_business_phone_number": ({"phone_id": "700100", "fields": ("verified_name",)}, "GET", "/700100"),
    "get_waba_info": ({"waba_id": "800", "fields": ("marketing_messages_onboarding_status",)}, "GET", "/800"),
    "get_media_url": ({"media_id": "9"}, "GET", "/9"),
    "get_templates": (
        {"waba_id": "800", "fields": ("id",), "filters": {"name": "order"}, "pagination": {"limit": "100"}},
        "GET",
        "/800/message_templates",
    ),
    "create_template": ({"waba_id": "800", "template": {"name": "order"}}, "POST", "/800/message_templates"),
    "update_template": ({"template_id": "5", "template": {"category": "UTILITY"}}, "POST", "/5"),
    "delete_template": (
        {"waba_id": "800", "template_name": "order", "template_id": "5"},
        "DELETE",
        "/800/message_templates",
    ),
}
"""Every method that we call, with our arguments, and the request that it makes."""


class RefusedError(Exception):
    """What our session raises in place of an answer."""


class Answered:
    """The only members of a response that pywa may look at."""

    status_code = 200
    text = ""

    def json(self) -> dict[str, Any]:
        return ANSWER


class Session(httpx.AsyncClient):
    """Answers as our own session does, and remembers what it was asked."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__()
        self._error = error
        self.asked: list[dict[str, Any]] = []

    async def request(self, method: str, url: httpx.URL | str, **kwargs: Any) -> Any:
        self.asked.append({"method": method, "url": url, **kwargs})
        if self._error is not None:
            raise self._error
        return Answered()


def client(session: Session) -> WhatsApp:
    return WhatsApp(phone_id="700100", token="EAAtoken", session=session, api_version="24.0")


def test_the_session_is_told_server_and_token_when_the_client_is_made() -> None:
    session = Session()

    made = client(session)

    assert str(session.base_url) == "https://graph.facebook.com/v24.0/", ADVICE
    assert session.headers["Authorization"] == "Bearer EAAtoken", ADVICE
    assert made.phone_id == "700100", ADVICE


@pytest.mark.parametrize("name", CALLS)
async def test_a_call_takes_our_arguments_and_makes_one_request_of_the_session(name: str) -> None:
    arguments, method, path = CALLS[name]
    session = Session()
    call = getattr(client(session).api, name, None)
    assert call is not None, ADVICE
    try:
        inspect.signature(call).bind(**arguments)
    except TypeError as fault:
        pytest.fail(f"{ADVICE}: {name}: {fault}")

    answer = await call(**arguments)

    (asked,) = session.asked
    assert (asked["method"], asked["url"]) == (method, path), ADVICE
    assert answer == ANSWER, ADVICE


async def test_what_is_sent_is_json_alone_so_that_it_can_be_written_without_httpx() -> None:
    session = Session()

    await client(session).api.send_message(**CALLS["send_message"][0])

    assert session.asked[0].keys() == {"method", "url", "json"}, ADVICE
    assert "to" in session.asked[0]["json"], ADVICE
    assert "context" not in session.asked[0]["json"], ADVICE


async def test_an_error_that_the_session_raises_passes_through() -> None:
    error = RefusedError()

    with pytest.raises(RefusedError) as caught:
        await client(Session(error)).api.send_message(**CALLS["send_message"][0])

    assert caught.value is error, ADVICE


def test_its_own_errors_still_say_too_little() -> None:
    """As long as this holds our session has a reason to read the answers itself."""
    fields = set(inspect.signature(WhatsAppError.__init__).parameters) | set(vars(WhatsAppError))

    assert not {name for name in fields if "retry" in name}, f"{ADVICE}: its errors may do now"


def test_its_marketing_message_still_knows_no_policy() -> None:
    """As long as this holds `channels/whatsapp/send.py` has a reason to write marketing messages itself."""
    parameters = inspect.signature(client(Session()).api.send_marketing_message).parameters

    assert "product_policy" not in parameters, f"{ADVICE}: send_marketing_message may do now"


def test_its_message_still_knows_no_category() -> None:
    """As long as this holds `channels/whatsapp/send.py` writes messages without a template itself."""
    parameters = inspect.signature(client(Session()).api.send_message).parameters

    assert not {"category", "direct_send_config"} & set(parameters), f"{ADVICE}: send_message may do now"


WITHOUT_A_METHOD: Final = {
    "who answers in a chat": ("thread", "control"),
    "Meta's contact book": ("contact_book", "contacts"),
    "what the phone app hands over": ("smb", "app_data"),
    "what a token may and when it ends": ("debug", "token_info"),
    "what an app is subscribed to": ("subscriptions",),
}
"""What we ask of Meta by pywa's raw request, and words that a method of its own would have in its name."""


@pytest.mark.parametrize("what", WITHOUT_A_METHOD)
def test_it_still_has_no_method_for_it(what: str) -> None:
    """As long as this holds we make the call ourselves, each in one place below `channels/whatsapp`."""
    names = {name for name in dir(client(Session()).api) if any(word in name for word in WITHOUT_A_METHOD[what])}

    assert not names, f"{ADVICE}: {names} may do now for {what}"
