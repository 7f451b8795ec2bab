"""The second language: its plurals, its digits, and that no sentence lacks it."""

import pytest

from app.web.sentences import say, say_many
from app.web.translations import Tongue, missing, tongues


@pytest.mark.parametrize(
    ("n", "arabic"),
    [
        (0, "لا تكتب شيئاً هنا."),
        (1, "اكتب حرفاً واحداً على الأكثر."),
        (2, "اكتب حرفين على الأكثر."),
        (5, "اكتب ٥ أحرف على الأكثر."),
        (11, "اكتب ١١ حرفاً على الأكثر."),
        (100, "اكتب ١٠٠ حرف على الأكثر."),
    ],
)
def test_arabic_has_six_plurals(n: int, arabic: str) -> None:
    """Zero, one, two, few, many and other are six forms, with the digits of the language."""
    sentence = say_many("Write at most %(n)s character.", "Write at most %(n)s characters.", n)
    assert arabic == tongues.all["ar"].tell(sentence)


def test_identifiers_keep_their_digits() -> None:
    """Quantities are written in the reader's digits, identifiers as they stand in addresses."""
    arabic = tongues.all["ar"]
    assert "القيد 41140" == arabic.tell(say("entry %(entry)s", entry="41140"))
    assert "١٬٨٤٠" == arabic.number(1840)
    assert "1,840" == tongues.all["en"].number(1840)
    assert "٢ نوفمبر ٢٠٢٦" == arabic.date(1_793_612_096_000)
    assert "Monday 2 November 2026" == tongues.all["en"].weekday(1_793_612_096_000)
    assert ("58%", "٥٨٪") == (tongues.all["en"].percent(58, 100), arabic.percent(58, 100))


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_sentence_with_markup_in_its_values_stays_text(language: str) -> None:
    """What somebody wrote cannot become markup through a translation."""
    tongue: Tongue = next(tongue for name, tongue in tongues.all.items() if name == language)
    assert "&lt;b&gt;" in tongue.gettext("Signed in as %(name)s", name="<b>")


def test_every_sentence_is_told_in_arabic() -> None:
    """No page has a sentence that only half of its readers understand."""
    assert [] == missing("ar")
