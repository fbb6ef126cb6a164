"""What the demo's queues say by themselves, in English and Russian."""

from __future__ import annotations

from typing import Final

from inbox.model.occasions import Occasion

Texts = dict[Occasion, dict[str, str]]

_PLACE_EN: Final = (
    "{% if queue.position %} Your place in the queue: {{ queue.position }}"
    "{% if queue.expected_wait %}, expected wait: {{ queue.expected_wait }}{% endif %}.{% endif %}"
)
_PLACE_RU: Final = (
    "{% if queue.position %} Ваше место в очереди: {{ queue.position }}"
    "{% if queue.expected_wait %}, время ожидания: {{ queue.expected_wait }}{% endif %}.{% endif %}"
)
"""Where one stands and how long it takes, as far as that is known."""

_COMMON: Final[Texts] = {
    Occasion.NOBODY_AVAILABLE: {
        "en": "Nobody is at the desk now. We have your message and answer as soon as somebody is back.",
        "ru": "Сейчас никого нет на месте. Мы получили ваше сообщение и ответим, как только кто-нибудь вернётся.",
    },
    Occasion.OUT_OF_HOURS: {
        "en": "We are closed now. We have your message and answer when we open again.",
        "ru": "Сейчас мы не работаем. Мы получили ваше сообщение и ответим, когда откроемся.",
    },
    Occasion.ASSIGNED: {
        "en": "You are talking to {{ operator.name }} now.",
        "ru": "С вами говорит {{ operator.name }}.",
    },
    Occasion.TRANSFERRED: {
        "en": "We are handing you over to {{ operator.name or queue.name }}." + _PLACE_EN,
        "ru": "Передаём ваш разговор: {{ operator.name or queue.name }}." + _PLACE_RU,
    },
    Occasion.NO_ANSWER: {
        "en": "We have not forgotten you. The answer takes a little longer than usual.",
        "ru": "Мы о вас не забыли. Ответ займёт немного больше времени, чем обычно.",
    },
    Occasion.CLOSING_SOON: {
        "en": "Are you still there? If we hear nothing, we will close this conversation soon.",
        "ru": "Вы ещё здесь? Если вы не ответите, мы скоро завершим этот разговор.",
    },
    Occasion.CLOSED: {
        "en": "This conversation is closed. Write at any time and we begin a new one.",
        "ru": "Разговор завершён. Напишите нам в любое время, и мы начнём новый.",
    },
}

_RATINGS: Final[Texts] = {
    Occasion.RATING: {
        "en": "How satisfied are you with our answer?",
        "ru": "Довольны ли вы нашим ответом?",
    },
    Occasion.RATED: {
        "en": "Thank you! That helps us to become better.",
        "ru": "Спасибо! Это поможет нам стать лучше.",
    },
}

SALES_TEXTS: Final[Texts] = {
    **_COMMON,
    **_RATINGS,
    Occasion.GREETING: {
        "en": "Thank you for writing to {{ workspace.name }}{% if contact.name %}, {{ contact.name }}{% endif %}."
        + _PLACE_EN,
        "ru": "Спасибо, что написали в {{ workspace.name }}{% if contact.name %}, {{ contact.name }}{% endif %}."
        + _PLACE_RU,
    },
    Occasion.RETURNING: {
        "en": "Welcome back{% if contact.name %}, {{ contact.name }}{% endif %}!",
        "ru": "С возвращением{% if contact.name %}, {{ contact.name }}{% endif %}!",
    },
    Occasion.WAITING: {
        "en": "Thank you for waiting." + _PLACE_EN,
        "ru": "Спасибо за ожидание." + _PLACE_RU,
    },
    Occasion.OVERFLOW: {
        "en": "All our lines are busy now. Please write again in a quarter of an hour.",
        "ru": "Сейчас все операторы заняты. Пожалуйста, напишите ещё раз через пятнадцать минут.",
    },
}

SUPPORT_TEXTS: Final[Texts] = {
    **_COMMON,
    **_RATINGS,
    Occasion.GREETING: {
        "en": "You have reached our support. Please describe what happened." + _PLACE_EN,
        "ru": "Вы обратились в службу поддержки. Опишите, пожалуйста, что случилось." + _PLACE_RU,
    },
    Occasion.WAITING: {
        "en": "Our support will be with you soon." + _PLACE_EN,
        "ru": "Служба поддержки скоро ответит." + _PLACE_RU,
    },
    Occasion.OVERFLOW: {
        "en": "Very many customers are asking us at the moment. Please write again in half an hour.",
        "ru": "Сейчас к нам обращается очень много клиентов. Пожалуйста, напишите ещё раз через полчаса.",
    },
}
