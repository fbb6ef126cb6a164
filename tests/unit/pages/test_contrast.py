"""Text of the inbox, of the web chat and of the phones can be read: WCAG 2.2 AA, 4.5:1, in light and dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
STYLE = ROOT / "gateway" / "workplace" / "src" / "styles" / "style.css"
PHONES_STYLE = ROOT / "channels" / "sandbox" / "static" / "style.css"
WIDGET_STYLE = ROOT / "gateway" / "static" / "webchat" / "style.js"
LEAST_RATIO = 4.5

PAIRS = [
    *[("ink", ground) for ground in ("page", "card", "in", "out", "wall", "raised", "brand-soft")],
    *[("soft", ground) for ground in ("page", "card", "in", "out", "wall", "raised", "brand-soft")],
    *[("blue", ground) for ground in ("card", "in", "out")],
    *[(colour, "card") for colour in ("green", "amber", "warn")],
    ("brand-ink", "brand"),
    ("warn", "warn-soft"),
    ("amber", "amber-soft"),
]


def _variables(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", block))


def _themes(style: Path) -> dict[str, dict[str, str]]:
    light, dark = re.findall(r":root \{(.*?)\}", style.read_text(), re.DOTALL)
    return {"light": _variables(light), "dark": _variables(light) | _variables(dark)}


def _two_in_one(style: Path) -> dict[str, dict[str, str]]:
    """Return the colours of a table that has both themes in each entry."""
    (block,) = re.findall(r":root \{(.*?)\n\}", style.read_text(), re.DOTALL)
    found = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{3,6}), (#[0-9a-f]{3,6})\);", block)
    both = _variables(block)
    return {
        "light": both | {name: light for name, light, _ in found},
        "dark": both | {name: dark for name, _, dark in found},
    }


THEMES = _two_in_one(STYLE)
PHONES_THEMES = _themes(PHONES_STYLE)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_contrast(theme: str, text: str, ground: str) -> None:
    assert _ratio(THEMES[theme][text], THEMES[theme][ground]) >= LEAST_RATIO


@pytest.mark.parametrize("theme", PHONES_THEMES)
@pytest.mark.parametrize(
    ("text", "ground"),
    [("ink", "page"), ("ink", "mine"), ("ink", "theirs"), ("soft", "page"), ("soft", "card"), ("live", "card")],
)
def test_contrast_on_the_phones(theme: str, text: str, ground: str) -> None:
    assert _ratio(PHONES_THEMES[theme][text], PHONES_THEMES[theme][ground]) >= LEAST_RATIO


def _ratio(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _widget_themes() -> dict[str, dict[str, str]]:
    light, dark, auto = re.findall(r":host(?:\(\[data-theme=\w+\]\))?\{(.*?)\}", WIDGET_STYLE.read_text(), re.DOTALL)[
        :3
    ]
    colours = re.compile(r"--(\w+):(?:var\(--[\w-]+,)*(#[0-9a-f]{3,6})")
    first = dict(colours.findall(light))
    return {"light": first, "dark": first | dict(colours.findall(dark)), "auto": first | dict(colours.findall(auto))}


WIDGET_THEMES = _widget_themes()


@pytest.mark.parametrize("theme", WIDGET_THEMES)
@pytest.mark.parametrize(
    ("text", "ground"),
    [("on", "c"), ("fg", "bg"), ("fg", "soft"), ("dim", "bg"), ("dim", "soft"), ("bad", "bg")],
)
def test_contrast_in_the_widget(theme: str, text: str, ground: str) -> None:
    assert _ratio(WIDGET_THEMES[theme][text], WIDGET_THEMES[theme][ground]) >= LEAST_RATIO
