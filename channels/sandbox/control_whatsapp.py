"""`/control/whatsapp`: numbers, customers and Meta's reviewer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from aiohttp import web

from channels.sandbox.graph import account_templates, accounts, inbound, statuses
from channels.sandbox.graph.cloud import Cloud
from channels.sandbox.graph.envelope import WebhookUpdate
from channels.sandbox.graph.errors import GraphError
from channels.sandbox.graph.groups import join
from channels.sandbox.graph.ids import is_group
from channels.sandbox.graph.signups import make_code
from channels.sandbox.graph.state import EmulatedCustomer, JsonObject, Number, NumberConfig
from channels.sandbox.graph.templates import CATEGORIES, QUALITIES, STATUSES, EmulatedTemplate
from channels.sandbox.web_answers import BadRequestError, NotFoundError, answer, body_of, file_answer

CUSTOMER = "/control/whatsapp/{phone_number_id}/customers/{wa_id}"


class WhatsAppControl:
    """Handlers of the control API for one emulated WhatsApp."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def routes(self) -> Iterator[web.RouteDef]:
        """All routes; fixed paths come before those with a number in them."""
        yield web.get("/control/whatsapp/numbers", self.numbers)
        yield web.post("/control/whatsapp/numbers", self.put_number)
        yield web.get("/control/whatsapp/templates", self.templates)
        yield web.post("/control/whatsapp/templates", self.plant_template)
        yield web.post("/control/whatsapp/templates/{name}/review", self.review)
        yield web.delete("/control/whatsapp/templates/{name}", self.drop_template)
        yield web.get("/control/whatsapp/media/{media_id}", self.media)
        yield web.get("/control/whatsapp/{phone_number_id}/customers", self.customers)
        yield web.post("/control/whatsapp/{phone_number_id}/notices", self.notice)
        yield web.post("/control/whatsapp/{phone_number_id}/signups", self.sign_up)
        yield web.post("/control/whatsapp/{phone_number_id}/media", self.upload)
        yield web.post("/control/whatsapp/{phone_number_id}/marketing-terms", self.sign_terms)
        yield web.put("/control/whatsapp/{phone_number_id}/agent", self.put_agent)
        yield web.put(CUSTOMER, self.put_customer)
        yield web.post(CUSTOMER + "/messages", self.write)
        yield web.get(CUSTOMER + "/thread", self.thread)
        yield web.post(CUSTOMER + "/read", self.read)
        yield web.post(CUSTOMER + "/preferences", self.prefer)
        yield web.post(CUSTOMER + "/clicks", self.click)

    async def numbers(self, _request: web.Request) -> web.Response:
        """The numbers, without their secrets."""
        return answer({"numbers": [_number_view(one) for one in self._cloud.state.numbers.values()]})

    async def put_number(self, request: web.Request) -> web.Response:
        """Register or change a number, then check its webhook URL as Meta does."""
        config = msgspec.convert(await body_of(request), NumberConfig)
        number = self._cloud.state.register(config)
        view = _number_view(number)
        if config.webhook_url is not None:
            view["webhook_check"] = await accounts.challenge(self._cloud, config.webhook_url, config.verify_token)
        return answer(view)

    async def notice(self, request: web.Request) -> web.Response:
        """Tell something of the account or the number: a field's name and its value, as Meta has them."""
        number, body = self._number(request), await body_of(request)
        if not isinstance(body.get("field"), str) or not isinstance(body.get("value"), dict):
            raise BadRequestError("field and value are needed")
        self._cloud.webhooks.push(number, WebhookUpdate(body["value"], webhook_field=body["field"]))
        return answer({"ok": True})

    async def sign_up(self, request: web.Request) -> web.Response:
        """A business chooses the number in the signup dialog: what the dialog tells, and the code."""
        number, body = self._number(request), await body_of(request)
        now = self._cloud.clock.now()
        return answer(make_code(self._cloud.state, number, now, with_app=body.get("with_app") is True))

    async def templates(self, request: web.Request) -> web.Response:
        """All templates of all accounts, or of `?waba_id=`."""
        wanted = request.query.get("waba_id")
        accounts_known = {number.config.waba_id for number in self._cloud.state.numbers.values()}
        found = [
            {"waba_id": waba_id, **template.view()}
            for waba_id in sorted(accounts_known)
            if wanted in (None, waba_id)
            for template in self._cloud.templates.of_account(waba_id)
        ]
        return answer({"templates": found})

    async def plant_template(self, request: web.Request) -> web.Response:
        """Put a template there without the business asking; APPROVED unless a status is given."""
        planted = plant(self._cloud, await body_of(request))
        self._cloud.show_templates()
        return answer(planted.view())

    async def review(self, request: web.Request) -> web.Response:
        """Decide on a template, in all languages or the one that is named, and post the webhooks."""
        body = await body_of(request)
        found = self._reviewed(request.match_info["name"], body)
        status, category, quality = body.get("status"), body.get("category"), body.get("quality")
        other = category in CATEGORIES or quality in QUALITIES or isinstance(body.get("hold_after"), int)
        if status not in STATUSES and not (status is None and other):
            raise BadRequestError(
                f"status must be one of {sorted(STATUSES)}, or name a category, quality or hold_after"
            )
        for template in found:
            if category is not None and category != template.category:
                account_templates.recategorise(self._cloud, template, str(category))
            if quality in QUALITIES and quality != template.quality:
                account_templates.rate(self._cloud, template, str(quality))
            if status is not None:
                template.decide(status, body.get("reason"))
                account_templates.announce(self._cloud, template, status)
                account_templates.settle_held(self._cloud, template)
            if isinstance(body.get("hold_after"), int):
                template.hold_after, template.paced = body["hold_after"], 0
        self._cloud.show_templates()
        return answer({"templates": [template.view() for template in found]})

    async def drop_template(self, request: web.Request) -> web.Response:
        """Somebody deletes a template, in all languages, in Meta's own pages."""
        found = self._reviewed(request.match_info["name"], {})
        for template in found:
            self._cloud.templates.delete(template.waba_id, template.name, template.id)
        self._cloud.show_templates()
        return answer({"deleted": len(found)})

    def _reviewed(self, name: str, body: JsonObject) -> list[EmulatedTemplate]:
        found = [
            template
            for template in self._cloud.templates.named(name)
            if body.get("language") in (None, template.language) and body.get("waba_id") in (None, template.waba_id)
        ]
        if not found:
            raise NotFoundError(f"there is no template {name}")
        return found

    async def media(self, request: web.Request) -> web.Response:
        """A file for the phone page; shown by the browser only if it is a picture, sound or film."""
        media = self._cloud.media.get(request.match_info["media_id"])
        if media is None:
            raise NotFoundError("no such file")
        return file_answer(media.data, media.mime_type)

    async def upload(self, request: web.Request) -> web.Response:
        """A customer's file: the raw body with its `Content-Type`; answers what a message needs."""
        number = self._number(request)
        data = await request.read()
        media = self._cloud.media.receive(number.id, request.content_type, data, self._cloud.clock.now())
        return answer({"id": media.id, "mime_type": media.mime_type, "sha256": media.sha256_base64})

    async def customers(self, request: web.Request) -> web.Response:
        """Everyone who has a chat with the number."""
        return answer({"customers": [one.view() for one in self._number(request).customers.values()]})

    async def put_agent(self, request: web.Request) -> web.Response:
        """Have Meta's agent answer first in the number's chats, or no longer."""
        number, enabled = self._number(request), bool((await body_of(request)).get("enabled"))
        self._cloud.state.register(msgspec.structs.replace(number.config, agent=enabled))
        return answer({"enabled": enabled})

    async def sign_terms(self, request: web.Request) -> web.Response:
        """The owner signs the terms of marketing messages."""
        accounts.sign_terms(self._cloud, self._number(request))
        return answer({"marketing_onboarding": "ONBOARDED"})

    async def put_customer(self, request: web.Request) -> web.Response:
        """Name a customer, or say that they cannot be reached."""
        body = await body_of(request)
        customer = self._customer(request, body.get("profile_name"))
        if "reachable" in body:
            customer.reachable = bool(body["reachable"])
        return answer(customer.view())

    async def write(self, request: web.Request) -> web.Response:
        """The customer writes; the answer is the message as the webhook carries it.

        In a group `from` and `profile_name` say who; without them it is who wrote last.
        """
        message = await body_of(request)
        name = message.pop("profile_name", None) or request.query.get("profile_name")
        is_of_group = is_group(request.match_info["wa_id"])
        number, customer = self._number(request), self._customer(request, None if is_of_group else name)
        try:
            if is_of_group:
                join(customer, message, name)
            await inbound.fetch_link(self._cloud, number, message)
            kept = inbound.write(self._cloud, number, customer, message)
        except inbound.BadMessageError as error:
            raise BadRequestError(str(error)) from error
        return answer(kept.content, status=201)

    async def thread(self, request: web.Request) -> web.Response:
        """The chat as the customer sees it: `direction` "in" came from the business, "out" is theirs."""
        number = self._number(request)
        customer = self._customer(request)
        now = self._cloud.clock.now()
        view: dict[str, Any] = {
            "phone_number_id": number.id,
            "customer": customer.view(),
            "window_open": customer.window_open(now),
            "typing": customer.typing_until > now,
            "messages": [message.view() for message in customer.messages.values()],
        }
        return answer(view)

    async def read(self, request: web.Request) -> web.Response:
        """The customer opens the chat: `read` for everything delivered."""
        return answer({"read": statuses.read_chat(self._cloud, self._customer(request))})

    async def prefer(self, request: web.Request) -> web.Response:
        """The customer stops or resumes marketing messages."""
        value = (await body_of(request)).get("value")
        if value not in ("stop", "resume"):
            raise BadRequestError("value must be stop or resume")
        inbound.prefer(self._cloud, self._number(request), self._customer(request), value)
        return answer({"value": value})

    async def click(self, request: web.Request) -> web.Response:
        """The customer clicks a link of a marketing message: its button (`cta`) or one in the text (`body`)."""
        body = await body_of(request)
        component, page_seen = body.get("component", "cta"), body.get("page_seen", True)
        if component not in ("cta", "body") or not isinstance(page_seen, bool):
            raise BadRequestError("component must be cta or body, page_seen true or false")
        self._customer(request)
        click_id = inbound.click(self._cloud, self._number(request), component, page_seen=page_seen)
        return answer({"click_id": click_id})

    def _number(self, request: web.Request) -> Number:
        number = self._cloud.state.numbers.get(request.match_info["phone_number_id"])
        if number is None:
            raise NotFoundError(f"there is no number {request.match_info['phone_number_id']}")
        return number

    def _customer(self, request: web.Request, name: Any = None) -> EmulatedCustomer:
        key = request.match_info["wa_id"].lstrip("+")
        if not (key.isascii() and (key.isdigit() or "." in key or is_group(key)) and len(key) <= 140):
            raise BadRequestError("the customer must be digits, a business-scoped id, or a group's id")
        return self._number(request).customer(key, str(name) if name else None)


def plant(cloud: Cloud, body: JsonObject) -> EmulatedTemplate:
    """Create a template that the business did not submit, approved unless it says otherwise.

    Raises:
        BadRequestError: The definition has a fault.
    """
    status = str(body.get("status", "APPROVED"))
    if not body.get("waba_id") or status not in STATUSES:
        raise BadRequestError(f"waba_id is required, and status must be one of {sorted(STATUSES)}")
    try:
        template = cloud.templates.create(str(body["waba_id"]), body)
    except GraphError as error:
        raise BadRequestError(error.details) from error
    template.decide(status, body.get("reason"))
    return template


def _number_view(number: Number) -> JsonObject:
    config = number.config
    return {
        "phone_number_id": config.phone_number_id,
        "waba_id": config.waba_id,
        "display_phone_number": config.display_phone_number,
        "verified_name": config.verified_name,
        "webhook_url": config.webhook_url,
        "agent": config.agent,
        "customers": len(number.customers),
    }
