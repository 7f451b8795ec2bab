"""Templates in each language."""

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from hashlib import sha256
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup
from msgspec import Struct

from app.changes import indented
from app.clock import iso
from app.preview import condition_of
from app.resources import resource
from app.text import excerpt, to_html
from app.web.assets import assets
from app.web.cards import Cards, is_plain, new_key
from app.web.jinja import MADE, PageEnvironment, Parts
from app.web.translations import Language, tongues
from governance.conditions.cel import to_cel

TEMPLATES: Final = resource("templates")


class Draft(Struct, frozen=True):
    """What somebody typed and is shown again, and what is wrong with it, by the name of the field."""

    typed: Mapping[str, list[str]] = {}
    errors: Mapping[str, str] = {}

    def value(self, name: str, otherwise: str = "") -> str:
        """What was typed into a field, else what it should begin with."""
        return self.typed[name][-1] if name in self.typed else otherwise

    def has(self, name: str, value: str) -> bool:
        """Whether this answer was chosen in a field of several."""
        return value in self.typed.get(name, ())


def bdi(text: object) -> Markup:
    """A name, or a number that is a name, kept from the direction of what stands around it."""
    return Markup("<bdi>%s</bdi>") % str(text)


@cache
def svg(name: str, flip: bool = False) -> Markup:
    """A sign of the sprite."""
    sign = '<svg class="i%s" viewBox="0 0 24 24" aria-hidden="true"><use href="%s#%s"/></svg>'
    return Markup(sign) % (" flip" if flip else "", assets.url("sprite.svg"), name)  # noqa: S704 our own words


@lru_cache(maxsize=256)
def language_options(languages: tuple[tuple[str, str], ...], chosen: str) -> Markup:
    """The options of a choice among languages (code and name), each in its own language."""
    other = Markup('<option value="%s" lang="%s">%s</option>')
    its = Markup('<option value="%s" lang="%s" selected>%s</option>')
    return Markup("").join((its if code == chosen else other) % (code, code, name) for code, name in languages)


def share(part: int, whole: int) -> str:
    """How wide a bar is, in per cent with one digit after the point."""
    return f"{min(1.0, part / whole if whole else 0.0) * 100:.1f}"


def digest(text: str) -> str:
    """The SHA-256 of a text, in hex."""
    return sha256(text.encode()).hexdigest()


class Renderer:
    """Makes pages; `paths` are the routes that exist, so that nothing else is linked."""

    def __init__(self, paths: frozenset[str]) -> None:
        self._paths = paths
        self.cards = Cards(self)

    def render(self, template: str, language: Language, context: Mapping[str, object]) -> str:
        """A page in a language."""
        return self._template(template, language).render(_shared(context))

    def macro(self, template: str, name: str, language: Language, context: Mapping[str, object]) -> Callable[..., str]:
        """A macro of a template, to be called again and again with the same values around it."""
        macro: Callable[..., str] = getattr(self._template(template, language).make_module(_shared(context)), name)
        return macro

    def _template(self, name: str, language: Language) -> Template:
        return _environment(language, self._paths).get_template(name)


def _shared(context: Mapping[str, object]) -> dict[str, object]:
    """What templates are given, with the place where their parts are kept while the page is made."""
    return {**context, MADE: Parts()}


@cache
def _environment(language: Language, paths: frozenset[str]) -> Environment:
    tongue = tongues.all[language]
    environment = PageEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.globals.update(
        gettext=tongue.gettext,
        ngettext=tongue.ngettext,
        _=tongue.gettext,
        tongue=tongue,
        tell=tongue.tell,
        asset=assets.url,
        exists=lambda path: path in paths,
        iso=iso,
        bdi=bdi,
        svg=svg,
        share=share,
        language_options=language_options,
        markdown=to_html,
        excerpt=excerpt,
        new_key=new_key,
        condition_of=condition_of,
        is_plain=is_plain,
        indented=indented,
        digest=digest,
        to_cel=to_cel,
    )
    return environment
