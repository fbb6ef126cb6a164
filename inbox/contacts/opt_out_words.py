"""Keywords with which customers opt out of marketing messages, or in again.

Only a message that is nothing else counts: "please stop by at five" is no opt-out. The words are those that the
law, carriers and providers name, with their forms in other languages. Some of them also mean something else
("cancel" an order): these count only as the answer to a marketing message.

Words are compared without case, accents, width, markup, punctuation, emoji and invisible signs around them.

Source: 47 CFR 64.1200(a)(10) (stop, quit, end, revoke, opt out, cancel, unsubscribe); CTIA Messaging Principles,
5.1.3; the quick replies that Meta suggests for marketing templates ("Stop promotions").
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from inbox.foundation.invisible import is_invisible
from inbox.foundation.unicode_forms import normalized
from inbox.model.content import ChoiceContent, Content, TextContent

MAX_CHARS: Final = 80
"""The longest words of the tables have thirty; the others are for what stands around them."""
COMMAND: Final = "/"
"""What begins a command to a bot: `/start` opens a chat and agrees to nothing."""
OUT: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        *("stop", "stop all", "stopall", "unsubscribe", "unsubscribe me", "quit", "revoke", "opt out", "optout"),
        *("stop promotions", "stop marketing", "stop messages", "stop these messages", "stop messaging me"),
        *("stop sending", "stop texting me", "no more messages", "no more promotions", "remove me"),
    ),
    "ar": ("توقف", "ايقاف", "اوقف", "ايقاف الرسائل", "ايقاف العروض", "الغاء الاشتراك"),
    "cs": ("odhlásit", "odhlásit se", "nechci reklamu"),
    "da": ("afmeld", "frameld", "ingen reklame"),
    "de": (
        *("stopp", "abmelden", "abmeldung", "abbestellen", "austragen", "bitte abmelden", "newsletter abbestellen"),
        *("keine werbung", "keine werbung mehr", "werbung stoppen", "werbung abbestellen", "keine nachrichten mehr"),
    ),
    "es": (
        *("baja", "darme de baja", "dar de baja", "dame de baja", "darse de baja", "cancelar suscripción"),
        *("anular suscripción", "no más mensajes", "no más publicidad", "detener promociones", "parar promociones"),
    ),
    "fa": ("لغو عضویت", "لغو اشتراک"),
    "fr": (
        *("arrêt", "arrêter", "désabonner", "se désabonner", "me désabonner", "désabonnement", "désinscrire"),
        *("se désinscrire", "me désinscrire", "désinscription", "arrêter les promotions", "plus de messages"),
        *("plus de pub", "stop pub"),
    ),
    "he": ("הסר", "הסירו אותי", "תסירו אותי", "הסרה"),
    "hi": (
        *("बंद करो", "बंद करें", "रोकें", "रोको", "संदेश बंद करें", "प्रचार बंद करें", "सदस्यता समाप्त करें"),
        *("band karo", "band kare"),
    ),
    "id": ("berhenti", "hentikan", "berhenti berlangganan", "hentikan promosi", "stop promosi"),
    "it": (
        *("disiscrivimi", "disiscrizione", "cancellami", "cancella iscrizione", "annulla iscrizione"),
        *("interrompi promozioni", "stop promozioni", "basta messaggi", "basta pubblicità"),
    ),
    "ja": ("配信停止", "配信解除", "購読解除"),
    "ko": ("수신거부", "수신 거부", "구독취소", "구독 취소"),
    "nl": ("afmelden", "stoppen", "uitschrijven", "geen reclame", "geen reclame meer", "geen berichten meer"),
    "pl": ("wypisz", "wypisz mnie", "wypisuję się", "rezygnuję", "nie chcę reklam", "nie chcę wiadomości"),
    "pt": (
        *("sair", "pare", "descadastrar", "me descadastrar", "cancelar inscrição", "cancelar assinatura"),
        *("parar promoções", "parar mensagens", "não quero mais receber", "chega de mensagens"),
    ),
    "ro": ("dezabonare", "dezabonează-mă"),
    "ru": (
        *("стоп", "отписаться", "отписка", "отпишите", "отпишите меня", "отписать", "отменить подписку"),
        *("отказаться от рассылки", "отключить рассылку", "остановить рассылку", "не присылайте", "не присылать"),
        *("остановить рекламу", "без рекламы", "хватит рекламы"),
    ),
    "sv": ("avregistrera", "avprenumerera", "ingen reklam"),
    "th": ("ยกเลิกการสมัคร", "หยุดส่ง"),
    "tr": (
        *("dur", "durdur", "ret", "abonelikten çık", "üyelikten çık", "mesaj istemiyorum", "reklam istemiyorum"),
        *("tanıtımları durdur", "mesajları durdur"),
    ),
    "uk": (
        *("відписатися", "відписатись", "відписка", "відпишіть", "відпишіть мене", "скасувати підписку"),
        *("не надсилайте", "зупинити рекламу", "без реклами"),
    ),
    "vi": ("dừng", "ngừng", "hủy đăng ký", "từ chối quảng cáo"),
    "zh": ("退订", "退訂", "取消订阅", "取消訂閱", "停止推送"),
}
"""Nobody means anything else by these."""
OUT_AFTER_MARKETING: Final[Mapping[str, tuple[str, ...]]] = {
    "en": ("cancel", "end", "remove", "no thanks", "not interested", "leave me alone"),
    "ar": ("الغاء", "انهاء", "لا شكرا"),
    "cs": ("zrušit", "konec"),
    "da": ("annuller", "slut"),
    "de": ("ende", "beenden", "abbrechen", "kündigen", "widerruf", "widerrufen", "kein interesse", "nein danke"),
    "es": ("cancelar", "parar", "alto", "fin", "salir", "detener", "no gracias", "no me interesa"),
    "fa": ("لغو",),
    "fr": ("annuler", "fin", "résilier", "supprimer", "non merci", "pas intéressé"),
    "he": ("ביטול", "די"),
    "hi": ("रद्द करें", "समाप्त"),
    "id": ("batal", "batalkan", "selesai", "keluar", "tidak tertarik"),
    "it": ("ferma", "annulla", "basta", "fine", "interrompi", "disdici", "no grazie", "non mi interessa"),
    "ja": ("停止", "解除", "キャンセル"),
    "ko": ("중지", "취소", "해지"),
    "nl": ("annuleren", "einde", "opzeggen", "beëindigen", "nee bedankt"),
    "pl": ("anuluj", "koniec", "rezygnacja", "zakończ", "nie dziękuję"),
    "pt": ("cancelar", "parar", "fim", "remover", "encerrar", "não obrigado", "não tenho interesse"),
    "ro": ("anulare", "oprire"),
    "ru": ("отмена", "отменить", "конец", "отказ", "хватит", "не интересно", "нет спасибо"),
    "sv": ("avsluta", "slut"),
    "th": ("ยกเลิก", "หยุด"),
    "tr": ("iptal", "son", "çıkış", "hayır teşekkürler"),
    "uk": ("скасувати", "відміна", "кінець", "досить", "не цікаво"),
    "vi": ("hủy", "kết thúc"),
    "zh": ("取消", "停止", "td"),
}
"""These end orders, appointments and chats too: they are opt-outs as the answer to a marketing message only."""
IN: Final[Mapping[str, tuple[str, ...]]] = {
    "en": ("start", "unstop", "subscribe", "opt in", "optin", "resume promotions"),
    "de": ("anmelden",),
    "es": ("alta",),
    "fr": ("abonner",),
    "pt": ("voltar",),
    "ru": ("старт", "подписаться"),
    "uk": ("підписатися",),
}
SIGNS_KEPT: Final = 4_096
"""The letters of a few dozen languages; half a megabyte."""
_DIACRITICS: Final = (range(27, 36), range(200, 241))
"""Combining classes of Arabic vowel points, and of marks above and below letters."""
_OTHER_LETTERS: Final = str.maketrans({"\u0131": "i", "\u0640": None})
"""Turkish writes two letters where others write one; the Arabic stretch is none."""


def compared(said: str) -> str:
    """Return the words of a text in the form in which they are compared: letters and digits with single blanks."""
    if said.isascii():
        return " ".join(said.lower().translate(_ASCII).split())
    plain = normalized("NFKD", normalized("NFKC", said).casefold()).translate(_OTHER_LETTERS)
    return " ".join("".join(map(_compared_sign, plain)).split())


@lru_cache(SIGNS_KEPT)
def _compared_sign(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind in {"Mn", "Mc"}:
        drop = is_invisible(sign) or any(unicodedata.combining(sign) in marks for marks in _DIACRITICS)
        return "" if drop else sign
    if kind == "Cf" or (kind[0] == "L" and is_invisible(sign)):
        return ""
    return sign if kind[0] in "LN" else " "


_ASCII: Final = {code: _compared_sign(chr(code)) for code in range(128)}
"""What most messages consist of. Each message that arrives is compared, and sign by sign that costs a fifth of all."""


def _forms(tables: Iterable[Mapping[str, tuple[str, ...]]]) -> frozenset[str]:
    return frozenset(compared(word) for table in tables for words in table.values() for word in words)


_OUT: Final = _forms([OUT])
_OUT_AFTER_MARKETING: Final = _forms([OUT, OUT_AFTER_MARKETING])
_IN: Final = _forms([IN])


def wish_in(content: Content, *, after_marketing: bool = False) -> bool | None:
    """Return what a message says about marketing: False opts out, True opts in again, None neither.

    Args:
        content: What the customer wrote, or the button that they pressed.
        after_marketing: Whether it answers a marketing message.
    """
    match content:
        case TextContent(text=said) | ChoiceContent(title=said):
            return _wish(said, _OUT_AFTER_MARKETING if after_marketing else _OUT)
    return None


def _wish(said: str, out: frozenset[str]) -> bool | None:
    if len(said) > MAX_CHARS or said.startswith(COMMAND):
        return None
    words = compared(said)
    if words in out:
        return False
    return True if words in _IN else None
