"""Words by which customers say that they want no marketing messages, or want them again.

Only a message that is nothing else counts: "please stop by at five" is no opt-out. The words are those that
carriers and Meta's own templates use, with their forms in other languages.

Source: CTIA Messaging Principles, 5.1.3 (STOP, CANCEL, UNSUBSCRIBE, END, QUIT, OPT OUT); the quick replies that
Meta suggests for marketing templates ("Stop promotions").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from inbox.messages.content import ChoiceContent, Content, TextContent

MAX_CHARS: Final = 40
OUT: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        *("stop", "stop all", "stopall", "unsubscribe", "cancel", "end", "quit", "opt out", "opt-out", "optout"),
        *("stop promotions", "stop these messages", "remove me"),
    ),
    "de": ("stopp", "abmelden", "abbestellen", "keine werbung"),
    "es": ("baja", "darme de baja", "cancelar", "parar", "alto"),
    "fr": ("arret", "arrêt", "arrêter", "désabonner", "se désabonner"),
    "hi": ("बंद करो", "रोकें"),
    "id": ("berhenti",),
    "it": ("ferma", "annulla", "disiscrivimi", "cancellami"),
    "nl": ("afmelden", "stoppen"),
    "pl": ("wypisz", "rezygnuję"),
    "pt": ("sair", "pare", "descadastrar", "cancelar inscrição"),
    "ru": ("стоп", "отписаться", "отписка", "отмена"),
    "tr": ("dur", "iptal"),
    "uk": ("відписатися", "відписка"),
    "ar": ("توقف", "إلغاء", "الغاء الاشتراك"),
}
IN: Final[Mapping[str, tuple[str, ...]]] = {
    "en": ("start", "unstop", "subscribe", "opt in", "opt-in", "optin"),
    "de": ("anmelden",),
    "es": ("alta",),
    "fr": ("abonner",),
    "pt": ("voltar",),
    "ru": ("старт", "подписаться"),
}
_WISHES: Final[Mapping[str, bool]] = {
    **{word: False for words in OUT.values() for word in words},
    **{word: True for words in IN.values() for word in words},
}


def wish_in(content: Content) -> bool | None:
    """Say what a customer's message means for marketing: False no more, True again, None nothing."""
    match content:
        case TextContent(text=said) | ChoiceContent(title=said):
            return _WISHES.get(said.strip(" \t\r\n.!\"'").casefold()) if len(said) <= MAX_CHARS else None
    return None
