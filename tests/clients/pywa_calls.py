"""pywa's calls against the emulated Graph API."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import httpx
from pywa import types
from pywa.errors import WhatsAppError
from pywa.types import templates as tpl
from pywa.types.calls import SessionDescription
from pywa_async import WhatsApp

from tests.clients.outcomes import Report, run

USER = "16505551234"
PHONE_ID, WABA_ID = "106540352242922", "419561257915477"
APP_ID = 12345
NUMBER = {
    "phone_number_id": PHONE_ID,
    "waba_id": WABA_ID,
    "access_token": "EAA-token",
    "app_secret": "app-secret",
    "verify_token": "verify-me",
}
URL = "https://shop.example"


async def run_pywa(base_url: str, http: aiohttp.ClientSession, picture: bytes) -> Report:
    """Make pywa's calls, after a customer has written."""
    customer = f"{base_url}/control/whatsapp/{PHONE_ID}/customers/{USER}/messages"
    async with http.post(customer, json={"type": "text", "text": {"body": "hello"}}) as answer:
        asked = (await answer.json())["id"]
    async with httpx.AsyncClient(trust_env=False) as session:
        wa = WhatsApp(phone_id=PHONE_ID, token=NUMBER["access_token"], session=session, waba_id=WABA_ID, app_id=APP_ID)
        session.base_url = httpx.URL(f"{base_url}/v23.0")
        media = await wa.upload_media(picture, mime_type="image/png", filename="a.png")
        template = await wa.create_template(_template("known"))
        control = f"{base_url}/control/whatsapp/templates/known/review"
        async with http.post(control, json={"status": "APPROVED"}):
            pass
        calls = _calls(wa, asked, media.id, template.id, picture)
        report = Report("pywa", importlib.metadata.version("pywa"))
        return await run(report, calls, lambda error: isinstance(error, WhatsAppError))


def _template(name: str) -> tpl.Template:
    return tpl.Template(
        name=name,
        language=tpl.TemplateLanguage.ENGLISH,
        category=tpl.TemplateCategory.UTILITY,
        components=[tpl.BodyText("Your order is ready.")],
    )


Calls = dict[str, Callable[[], Awaitable[Any]]]


def _calls(wa: WhatsApp, asked: str, media: str, template: str, picture: bytes) -> Calls:
    buttons = [types.Button("Yes", "yes")]
    section = types.Section("Days", [types.SectionRow("Tuesday", "tue")])
    contact = types.Contact(name=types.Contact.Name(formatted_name="Bo", first_name="Bo"))
    language = tpl.TemplateLanguage.ENGLISH
    sections = [types.ProductsSection("Roses", ["red"])]
    return {
        "send_message": lambda: wa.send_message(USER, "hi"),
        "send_message reply": lambda: wa.send_message(USER, "hi", reply_to_message_id=asked),
        "send_message tracker": lambda: wa.send_message(USER, "hi", tracker="t"),
        "send_message buttons": lambda: wa.send_message(USER, "Which?", buttons=buttons),
        "send_message list": lambda: wa.send_message(USER, "When?", buttons=types.SectionList("Days", [section])),
        "send_message url": lambda: wa.send_message(USER, "Look", buttons=types.URLButton("Shop", URL)),
        "send_message call": lambda: wa.send_message(USER, "Call us", buttons=types.VoiceCallButton("Call")),
        "send_message flow": lambda: wa.send_message(
            USER, "Fill in", buttons=types.FlowButton("Open", flow_id="1", flow_token="t", flow_message_version="3")
        ),
        "send_image": lambda: wa.send_image(USER, media),
        "send_image link": lambda: wa.send_image(USER, f"{URL}/a.png"),
        "send_image bytes": lambda: wa.send_image(USER, picture, mime_type="image/png"),
        "send_video": lambda: wa.send_video(USER, f"{URL}/a.mp4"),
        "send_document": lambda: wa.send_document(USER, f"{URL}/a.pdf", filename="a.pdf"),
        "send_audio": lambda: wa.send_audio(USER, f"{URL}/a.mp3"),
        "send_voice": lambda: wa.send_voice(USER, f"{URL}/a.ogg"),
        "send_sticker": lambda: wa.send_sticker(USER, f"{URL}/a.webp"),
        "send_location": lambda: wa.send_location(USER, 1.0, 2.0, "Shop", "Main 1"),
        "request_location": lambda: wa.request_location(USER, "Where are you?"),
        "request_contact_info": lambda: wa.request_contact_info(USER, "Your number?"),
        "send_contact": lambda: wa.send_contact(USER, contact),
        "send_reaction": lambda: wa.send_reaction(USER, "👍", asked),
        "remove_reaction": lambda: wa.remove_reaction(USER, asked),
        "send_catalog": lambda: wa.send_catalog(USER, "Look"),
        "send_product": lambda: wa.send_product(USER, "1", "red"),
        "send_products": lambda: wa.send_products(USER, "1", sections, "Roses", "Look"),
        "mark_message_as_read": lambda: wa.mark_message_as_read(asked),
        "indicate_typing": lambda: wa.indicate_typing(asked),
        "upload_media": lambda: wa.upload_media(picture, mime_type="image/png", filename="a.png"),
        "get_media_url": lambda: wa.get_media_url(media),
        "get_media_bytes": lambda: _bytes_of(wa, media),
        "send_template": lambda: wa.send_template(USER, "known", language, []),
        "send_template marketing": lambda: wa.send_template(USER, "known", language, [], use_mm_lite_api=True),
        "create_template": lambda: wa.create_template(_template("another")),
        "get_templates": wa.get_templates,
        "get_template": lambda: wa.get_template(template),
        "update_template": lambda: wa.update_template(template, new_components=[tpl.BodyText("It is ready.")]),
        "upsert_authentication_template": lambda: wa.upsert_authentication_template(
            name="code",
            languages=[language],
            otp_button=tpl.CopyCodeOTPButton(),
            add_security_recommendation=True,
            code_expiration_minutes=5,
        ),
        "unpause_template": lambda: wa.unpause_template(template),
        "delete_template": lambda: wa.delete_template("another"),
        "delete_media": lambda: wa.delete_media(media),
        "get_business_account": wa.get_business_account,
        "get_business_phone_number": wa.get_business_phone_number,
        "get_business_phone_numbers": wa.get_business_phone_numbers,
        "get_business_phone_number_settings": wa.get_business_phone_number_settings,
        "update_conversational_automation": lambda: wa.update_conversational_automation(["Hello?"]),
        "update_display_name": lambda: wa.update_display_name("Shop"),
        "get_business_profile": wa.get_business_profile,
        "update_business_profile": lambda: wa.update_business_profile(about="We sell roses"),
        "get_commerce_settings": wa.get_commerce_settings,
        "update_commerce_settings": lambda: wa.update_commerce_settings(is_catalog_visible=True),
        "set_business_public_key": lambda: wa.set_business_public_key("key"),
        "register_phone_number": lambda: wa.register_phone_number("123456"),
        "deregister_phone_number": wa.deregister_phone_number,
        "request_verification_code": lambda: wa.request_verification_code(code_method="SMS", language_code="en"),
        "verify_phone_number": lambda: wa.verify_phone_number("123456"),
        "create_qr_code": lambda: wa.create_qr_code("hello"),
        "get_qr_codes": wa.get_qr_codes,
        "get_qr_code": lambda: wa.get_qr_code("ABC"),
        "update_qr_code": lambda: wa.update_qr_code("ABC", "hello"),
        "delete_qr_code": lambda: wa.delete_qr_code("ABC"),
        "block_users": lambda: wa.block_users([USER]),
        "get_blocked_users": wa.get_blocked_users,
        "unblock_users": lambda: wa.unblock_users([USER]),
        "override_waba_callback_url": lambda: wa.override_waba_callback_url(URL, "verify-me"),
        "delete_waba_callback_url": wa.delete_waba_callback_url,
        "override_phone_callback_url": lambda: wa.override_phone_callback_url(URL, "verify-me"),
        "delete_phone_callback_url": wa.delete_phone_callback_url,
        "create_flow": lambda: wa.create_flow("form", ["OTHER"]),
        "get_flows": wa.get_flows,
        "initiate_call": lambda: wa.initiate_call(USER, SessionDescription(sdp_type="offer", sdp="v=0")),
        "create_group": lambda: wa.create_group(subject="Roses"),
        "get_groups": wa.get_groups,
        "pin_message": lambda: wa.pin_message("g", asked, expiration_days=7),
        "get_current_username": wa.get_current_username,
        "set_username": lambda: wa.set_username("shop"),
    }


async def _bytes_of(wa: WhatsApp, media: str) -> bytes:
    return await wa.get_media_bytes(url=(await wa.get_media_url(media)).url)
