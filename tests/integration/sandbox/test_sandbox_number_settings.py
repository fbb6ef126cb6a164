"""What a number's owner sets, with pywa as the client: blocked customers, settings of chats and shop."""

from __future__ import annotations

import pytest
from pywa.types import templates as tpl
from sandbox_world import PHONE_ID, USER, World, chat


async def test_a_blocked_customer_cannot_write_until_unblocked(sandbox: World) -> None:
    await sandbox.write()
    result = await sandbox.wa.block_users([USER, "16505550000"])
    assert [one.input for one in result.added_users] == [USER]
    assert [one.input for one in result.failed_users] == ["16505550000"]
    assert [one.input for one in await sandbox.wa.get_blocked_users()] == [USER]
    body = {"type": "text", "text": {"body": "hello?"}}
    assert (await sandbox.call("POST", f"{chat()}/messages", body))[0] == 400
    await sandbox.wa.unblock_users([USER])
    await sandbox.write("hello!")


@pytest.mark.parametrize("body", [{}, {"block_users": []}, {"block_users": "x"}])
async def test_nobody_to_block_is_an_invalid_parameter(sandbox: World, body: dict[str, object]) -> None:
    status, answer = await sandbox.graph("POST", f"/{PHONE_ID}/block_users", body)
    assert (status, answer["error"]["code"]) == (400, 100)


async def test_the_contact_book_forgets_who_is_named(sandbox: World) -> None:
    path = f"/{PHONE_ID}/contact_book?messaging_product=whatsapp"
    status, answer = await sandbox.graph("DELETE", path)
    assert (status, answer["error"]["code"]) == (400, 100)
    assert await sandbox.graph("DELETE", f"{path}&bsuid=US.13491208655302741918") == (200, {"success": True})


async def test_settings_are_kept(sandbox: World) -> None:
    wa = sandbox.wa
    assert not (await wa.get_commerce_settings()).is_catalog_visible
    await wa.update_commerce_settings(is_catalog_visible=True)
    assert (await wa.get_commerce_settings()).is_catalog_visible
    assert await wa.get_business_phone_number_settings()
    assert await wa.update_conversational_automation(["Hello?"])
    assert await wa.request_verification_code(code_method="SMS", language_code="en")


async def test_a_changed_template_is_named_in_the_answer(sandbox: World) -> None:
    body = tpl.BodyText("Your order is ready.")
    language, category = tpl.TemplateLanguage.ENGLISH, tpl.TemplateCategory.UTILITY
    made = await sandbox.wa.create_template(
        tpl.Template(name="ready", language=language, category=category, components=[body])
    )
    changed = await sandbox.wa.update_template(made.id, new_components=[tpl.BodyText("It is ready.")])
    assert changed.id == made.id
