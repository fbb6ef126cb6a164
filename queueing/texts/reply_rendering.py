"""Prepared replies: checked when they are saved, rendered for one customer. The templates are those of automatic texts.

A reply consists of contents; a template may stand in `text` and in `caption`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec
from jinja2 import Template

from inbox.foundation.structs import to_document
from inbox.messages.safe_templates import Grammar, TextRefusedError, compile_template, one_line
from inbox.storage.documents import ContentDocument
from queueing.texts.languages import choose_translation
from queueing.texts.text_rendering import LISTED, SAMPLES, Values, is_variable, namespace

MAX_TEMPLATE_CHARS: Final = 4_096
"""The longest text of WhatsApp and Telegram; what comes out is held against the channel's own limit."""
RENDERED_FIELDS: Final = ("text", "caption")
_KEPT_TEMPLATES: Final = 500
_GRAMMAR: Final = Grammar(
    is_variable=is_variable, listed=LISTED, where="in prepared replies", max_chars=MAX_TEMPLATE_CHARS
)


class RenderedReply(msgspec.Struct, frozen=True, kw_only=True):
    """What would be sent: the language that was chosen, and the contents in their order."""

    language: str
    contents: Sequence[ContentDocument]


def fault_in(template: str) -> str | None:
    """Say what is wrong with a template, in words for the person who wrote it; None if it can be used."""
    try:
        for sample in SAMPLES:
            _rendered(template, sample)
    except TextRefusedError as refused:
        return str(refused)
    return None


def render_reply(
    translations: Mapping[str, Sequence[ContentDocument]],
    values: Values,
    *,
    language: str | None,
    workspace_language: str,
) -> RenderedReply:
    """Render the translation that fits best; a text that comes out empty is left out.

    Args:
        translations: Language → contents; not empty.
        values: What the variables stand for.
        language: The customer's, or the one that was asked for; None where none is known.
        workspace_language: What is taken where that is missing.

    Raises:
        TextRefusedError: if a template fails on these values.
    """
    chosen = choose_translation(dict.fromkeys(translations, ""), language, workspace_language)
    if chosen is None:
        raise ValueError("a prepared reply has a translation")
    contents = [_content(content, values) for content in translations[chosen.language]]
    return RenderedReply(language=chosen.language, contents=[one for one in contents if one.get("text") != ""])


def _content(content: ContentDocument, values: Values) -> ContentDocument:
    shown: dict[str, Any] = dict(content)
    for field in RENDERED_FIELDS:
        if shown.get(field) is not None:
            shown[field] = _rendered(shown[field], values)
    rendered: ContentDocument = to_document(shown)
    return rendered


def _rendered(template: str, values: Values) -> str:
    """Render a template. Raises `TextRefusedError`."""
    try:
        return _compiled(template).render(namespace(values)).strip()
    except TextRefusedError:
        raise
    except Exception as error:
        raise TextRefusedError(one_line(error)) from error


@lru_cache(maxsize=_KEPT_TEMPLATES)
def _compiled(template: str) -> Template:
    return compile_template(template, _GRAMMAR)
