import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "static/panels/css/code.css").read_text()
LIGHT_SURFACES = ("#ffffff", "#f6f8fa", "#f5f7fa", "#eceff4")
DARK_SURFACES = ("#16181d", "#1d2026", "#181b23", "#1f232d")
COLOURS = sorted(set(re.findall(r"(?<![-\w])color: light-dark\((#\w{6}), (#\w{6})\)", CSS)))


def luminance(colour):
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_measured_as_in_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize(("light", "dark"), COLOURS)
def test_code_can_be_read_on_every_surface(light, dark):
    assert min(contrast(light, surface) for surface in LIGHT_SURFACES) >= 4.5
    assert min(contrast(dark, surface) for surface in DARK_SURFACES) >= 4.5


def test_there_are_colours_to_measure():
    assert len(COLOURS) >= 10
