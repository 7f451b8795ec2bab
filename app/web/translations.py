"""What each language says, and how it writes dates and numbers; `python -m app.web.translations missing`."""

import sys
from collections.abc import Mapping
from configparser import ConfigParser
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final, Literal, TextIO

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from markupsafe import Markup

from app.resources import resource
from app.web.sentences import Sentence

Language = Literal["en", "ar"]
LANGUAGES: Final[Mapping[Language, str]] = {"en": "English", "ar": "العربية"}
ROOT: Final = Path(__file__).parent.parent.parent
LOCALE: Final = resource("locale")
LOCALES: Final = {"en": Locale.parse("en_GB"), "ar": Locale.parse("ar_EG")}
NUMERALS: Final = {"en": "latn", "ar": "arab"}
SECOND: Final = 1000
MINUTE: Final = 60_000
DAY: Final = 86_400_000
KEYWORDS: Final = {"_": None, "gettext": None, "ngettext": (1, 2), "say": None, "say_many": (1, 2), "Refused": (2,)}
_ARABIC_DIGITS: Final = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


class Tongue:
    """One language of the interface: its sentences, its numbers, its dates (all UTC)."""

    def __init__(self, language: Language, translations: NullTranslations) -> None:
        self.language = language
        self.translations = translations
        self.locale = LOCALES[language]
        self._plain: dict[str, Markup] = {}

    @property
    def direction(self) -> str:
        """The value of `dir`."""
        return "rtl" if self.language == "ar" else "ltr"

    @property
    def comma(self) -> str:
        """What parts the members of a list, or a day and an hour."""
        return "،" if self.language == "ar" else ","

    @property
    def other(self) -> tuple[Language, str]:
        """The language that the reader may switch to, and its own name for itself."""
        other: Language = "en" if self.language == "ar" else "ar"
        return other, LANGUAGES[other]

    def tell(self, sentence: Sentence) -> str:
        """The sentence in this language, as plain text."""
        values = {name: self.shown(value) for name, value in sentence.values.items()}
        return self._found(sentence.one, sentence.many, sentence.n) % values

    def html(self, sentence: Sentence) -> Markup:
        """The sentence for a page: names in it are kept from the direction of what stands around them."""
        values = {name: self._isolated(value) for name, value in sentence.values.items()}
        return Markup(self._found(sentence.one, sentence.many, sentence.n)) % values

    def _isolated(self, value: object) -> object:
        if isinstance(value, Sentence):
            return self.html(value)
        return Markup("<bdi>%s</bdi>") % value if isinstance(value, str) else self.shown(value)

    def gettext(self, text: str, **values: object) -> Markup:
        """For templates: integers among the values are quantities, everything else is escaped."""
        if not values:
            # The same words on every page are made once; there are as many of them as templates hold.
            if text not in self._plain:
                self._plain[text] = Markup(self._found(text)) % {}
            return self._plain[text]
        return Markup(self._found(text)) % {name: self.shown(value) for name, value in values.items()}

    def ngettext(self, one: str, many: str, n: int, **values: object) -> Markup:
        """For templates: the same by number; both forms may show `%(n)s`, or `%(num)s`."""
        shown = {name: self.shown(value) for name, value in {"n": n, "num": n, **values}.items()}
        return Markup(self._found(one, many, n)) % shown

    def shown(self, value: object) -> object:
        """An integer as a quantity of this language, a sentence told, anything else as it is."""
        if isinstance(value, Sentence):
            return self.tell(value)
        return self.number(value) if isinstance(value, int) else value

    def digits(self, text: str) -> str:
        """The digits that this language writes quantities with; identifiers keep theirs."""
        return text.translate(_ARABIC_DIGITS) if self.language == "ar" else text

    def number(self, value: int) -> str:
        """A count, grouped by thousands."""
        return _number(value, self.language)

    def percent(self, part: int, whole: int) -> str:
        """`part` of `whole` in whole per cents, 0 where there is nothing."""
        share = part / whole if whole else 0
        told = format_percent(share, format="#,##0%", locale=self.locale, numbering_system=NUMERALS[self.language])
        return self.digits(told.replace("%", "٪")) if self.language == "ar" else told

    def date(self, at: int) -> str:
        """A day: 2 November 2026."""
        return self.digits(_day(at // DAY, "d MMMM y", self.language))

    def weekday(self, at: int) -> str:
        """A day with its name: Monday 2 November 2026."""
        return self.digits(_day(at // DAY, "EEEE d MMMM y", self.language))

    def time(self, at: int) -> str:
        """An hour of the day: 09:43."""
        return self.digits(format_time(_moment(at), "HH:mm", tzinfo=UTC, locale=self.locale))

    def moment(self, at: int) -> str:
        """A day and an hour: 2 November 2026, 09:43."""
        pattern = f"d MMMM y{self.comma} HH:mm"
        return self.digits(_minute(at // MINUTE, pattern, self.language))

    def ago(self, at: int, now: int) -> str:
        """How long since, or until, briefly and in one unit: 8 min ago; less than a second is a second ago."""
        seconds = (at - now) // SECOND if abs(at - now) >= SECOND else -1
        return self.digits(_ago(_coarse(seconds), self.language))

    def span(self, milliseconds: int) -> str:
        """A duration in one unit: 3 days."""
        return self.digits(format_timedelta(timedelta(milliseconds=milliseconds), threshold=1.5, locale=self.locale))

    def _found(self, one: str, many: str = "", n: int = 0) -> str:
        return self.translations.ngettext(one, many, n) if many else self.translations.gettext(one)


@lru_cache(4096)
def _number(value: int, language: Language) -> str:
    told = format_decimal(value, locale=LOCALES[language], numbering_system=NUMERALS[language])
    return told.translate(_ARABIC_DIGITS) if language == "ar" else told


@lru_cache(1024)
def _day(day: int, pattern: str, language: Language) -> str:
    return format_date(_moment(day * DAY), pattern, locale=LOCALES[language])


@lru_cache(maxsize=4096)
def _minute(minute: int, pattern: str, language: Language) -> str:
    return format_datetime(_moment(minute * MINUTE), pattern, tzinfo=UTC, locale=LOCALES[language])


@lru_cache(maxsize=8192)
def _ago(seconds: int, language: Language) -> str:
    # Of Arabic's short forms CLDR lacks some ("a week ago") and has one wrong ("3 months ago"); the long are as short.
    if language == "ar":
        return format_timedelta(seconds, add_direction=True, locale=LOCALES["ar"])
    return format_timedelta(seconds, format="short", add_direction=True, locale=LOCALES[language])


def _coarse(seconds: int) -> int:
    """A span that is told as this one is, so that many share it.

    Babel takes the next unit at 0.85 of it and rounds at its halves: from an hour on these are whole minutes, from
    three days on multiples of twelve; between two of them everything is told alike, and so is what lies in the middle.
    """
    age = abs(seconds)
    step = 1 if age < 3_600 else 60 if age < 3 * 86_400 else 720
    middle = age - age % step + step // 2
    return middle if seconds > 0 else -middle


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC)


class Tongues:
    """Every language of the interface, read from locale/ at the start."""

    @cached_property
    def all(self) -> Mapping[Language, Tongue]:
        """The tongue of each language; English is the source."""
        arabic = BytesIO()
        write_mo(arabic, read_catalog("ar"))
        arabic.seek(0)
        return {"en": Tongue("en", NullTranslations()), "ar": Tongue("ar", GNUTranslations(arabic))}


tongues: Final = Tongues()


def read_catalog(language: Language) -> Catalog:
    """The catalogue that locale/ has for a language."""
    with (LOCALE / language / "LC_MESSAGES" / "isegoria.po").open("rb") as file:
        return read_po(file, locale=language)


def extract() -> Catalog:
    """Every sentence that templates/, app/ and the law say, with the place where."""
    config = ConfigParser()
    config.read(LOCALE / "babel.cfg", encoding="utf-8")
    methods = [(pattern, method) for method, pattern in (section.split(": ") for section in config.sections())]
    options = {section.split(": ")[1]: dict(config[section]) for section in config.sections()}
    catalog = Catalog()
    found = extract_from_dir(ROOT, methods, options, KEYWORDS, comment_tags=("Translators:",))
    for path, line, message, comments, _context in found:
        catalog.add(message, locations=[(path, line)], auto_comments=comments)
    return catalog


def missing(language: Language) -> list[tuple[str, str]]:
    """The sentences that a language lacks, or only guesses (fuzzy), each with the first place that says it."""
    known = {_key(message.id): message for message in read_catalog(language) if not message.fuzzy}
    lacking = []
    for message in extract():
        if not message.id:
            continue
        there = known.get(_key(message.id))
        strings = there.string if there is not None else ""
        told = strings if isinstance(strings, tuple | list) else (strings,)
        if not all(told) or isinstance(message.id, tuple) != (there is not None and isinstance(there.id, tuple)):
            place = message.locations[0]
            lacking.append((_key(message.id), f"{place[0]}:{place[1]}"))
    return lacking


def _key(identifier: str | tuple[str, ...] | list[str]) -> str:
    return identifier if isinstance(identifier, str) else identifier[0]


def main(arguments: list[str], out: TextIO) -> int:
    """`missing`: list what Arabic lacks; exit code 1 if it lacks anything."""
    if arguments != ["missing"]:
        out.write("usage: python -m app.web.translations missing\n")
        return 2
    lacking = missing("ar")
    out.writelines(f"{place}: {text!r}\n" for text, place in lacking)
    out.write(f"{len(lacking)} sentences lack their Arabic\n")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdout))
