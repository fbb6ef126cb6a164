"""The Graph API's template endpoints."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from channels.sandbox.graph.checks import items
from channels.sandbox.graph.cloud import Cloud
from channels.sandbox.graph.envelope import WebhookUpdate
from channels.sandbox.graph.errors import GraphError
from channels.sandbox.graph.exchange import SUCCESS, Exchange
from channels.sandbox.graph.state import JsonObject
from channels.sandbox.graph.statuses import schedule
from channels.sandbox.graph.template_kinds import check_known
from channels.sandbox.graph.templates import GENERATED, NOT_SENDABLE, TEMPLATES_PER_ACCOUNT, EmulatedTemplate

PAGE = 25
"""Templates on a page unless `limit` says otherwise."""


def list_templates(exchange: Exchange, waba_id: str) -> JsonObject:
    """`GET /{waba_id}/message_templates`, filtered and paged by offset cursors."""
    query = exchange.request.query
    every = exchange.cloud.templates.of_account(waba_id)
    found = [template for template in every if _fits(template, query)]
    start = _number(query.get("after"), 0)
    end = start + max(1, _number(query.get("limit"), PAGE))
    page: JsonObject = {"data": [template.view() for template in found[start:end]]}
    if page["data"]:
        page["paging"] = {"cursors": {"before": str(start), "after": str(end)}}
        if end < len(found):
            page["paging"]["next"] = str(exchange.request.url.update_query(after=str(end)))
    if query.get("summary"):
        page["summary"] = {
            "total_count": len(found),
            "message_template_count": len(every),
            "message_template_limit": TEMPLATES_PER_ACCOUNT,
            "are_translations_complete": True,
        }
    return page


def _fits(template: EmulatedTemplate, wanted: Mapping[str, str]) -> bool:
    name = wanted.get("name") or wanted.get("name_or_content") or ""
    statuses, categories, languages = wanted.get("status"), wanted.get("category"), wanted.get("language")
    return (
        name in template.name
        and template.is_generated == (wanted.get("source") == GENERATED)
        and (not statuses or template.status in _values(statuses))
        and (not categories or template.category in _values(categories))
        and (not languages or template.language in _values(languages))
    )


def _values(given: str) -> list[str]:
    """Both `A,B` and `["A","B"]`."""
    if given.startswith("["):
        try:
            return [str(value) for value in msgspec.json.decode(given)]
        except msgspec.DecodeError:
            return []
    return given.split(",")


def _number(given: str | None, otherwise: int) -> int:
    return int(given) if given and given.isdigit() else otherwise


def create_template(exchange: Exchange, waba_id: str) -> JsonObject:
    """`POST /{waba_id}/message_templates`: waits for its review."""
    body = exchange.json()
    components = items(body, "components", "components")
    check_known(components)
    exchange.cloud.samples.check(components)
    template = exchange.cloud.templates.create(waba_id, body)
    exchange.cloud.show_templates()
    return {"id": template.id, "status": template.status, "category": template.category}


def delete_template(exchange: Exchange, waba_id: str) -> JsonObject:
    """`DELETE /{waba_id}/message_templates?name=&hsm_id=`."""
    query = exchange.request.query
    name = query.get("name")
    if not name:
        raise GraphError(100, "The parameter name is required.")
    if any(one.is_generated for one in exchange.cloud.templates.named(name) if one.waba_id == waba_id):
        raise GraphError(100, "Templates that were generated can't be deleted.")
    if not exchange.cloud.templates.delete(waba_id, name, query.get("hsm_id")):
        raise GraphError(100, f"Message template {name} was not found.", subcode=2593002)
    exchange.cloud.show_templates()
    return SUCCESS


def edit_template(exchange: Exchange, template: EmulatedTemplate) -> JsonObject:
    """`POST /{template_id}`."""
    if template.is_generated:
        raise GraphError(100, "Templates that were generated can't be edited.")
    body = exchange.json()
    exchange.cloud.samples.check(body.get("components") or ())
    exchange.cloud.templates.edit(template, body)
    exchange.cloud.show_templates()
    return SUCCESS | {"id": template.id, "name": template.name, "category": template.category}


def announce(cloud: Cloud, template: EmulatedTemplate, event: str) -> None:
    """Post `message_template_status_update` to each webhook of the account."""
    _post_once_per_url(cloud, template, "message_template_status_update", template.status_webhook(event))


def recategorise(cloud: Cloud, template: EmulatedTemplate, category: str) -> None:
    """Meta changes the category, and says so."""
    value = {
        "message_template_id": int(template.id),
        "message_template_name": template.name,
        "message_template_language": template.language,
        "previous_category": template.category,
        "new_category": category,
    }
    template.category = category
    _post_once_per_url(cloud, template, "template_category_update", value)


def rate(cloud: Cloud, template: EmulatedTemplate, quality: str) -> None:
    """Customers' reports change the quality, and Meta says so."""
    value = {
        "previous_quality_score": template.quality,
        "new_quality_score": quality,
        "message_template_id": int(template.id),
        "message_template_name": template.name,
        "message_template_language": template.language,
    }
    template.quality = quality
    _post_once_per_url(cloud, template, "message_template_quality_update", value)


def _post_once_per_url(cloud: Cloud, template: EmulatedTemplate, webhook_field: str, value: JsonObject) -> None:
    urls = set()
    for number in cloud.state.of_account(template.waba_id):
        if number.config.webhook_url not in urls:
            urls.add(number.config.webhook_url)
            cloud.webhooks.push(number, WebhookUpdate(value, webhook_field=webhook_field))


def settle_held(cloud: Cloud, template: EmulatedTemplate) -> None:
    """Let go what was held for the customers' opinion, or drop it where the template may not be sent any more."""
    failure = NOT_SENDABLE.get(template.status)
    for message_id in template.take_held():
        message = cloud.state.messages.get(message_id)
        if message is not None:
            schedule(cloud, message, failure)
