"""What templates ask for, and what Jinja is spared."""

from datetime import timedelta
from random import Random

import pytest
from babel.dates import format_timedelta
from jinja2 import DictLoader, Environment, nodes, pass_context
from jinja2.meta import find_undeclared_variables
from jinja2.runtime import Context
from markupsafe import Markup

from app.web.jinja import MADE, PageEnvironment, Parts
from app.web.rendering import _environment
from app.web.translations import LOCALES, Language, tongues

GIVEN = frozenset({"page", "visit", "standing", "draft", "here", "now", "cards"})
"""What every page has (app/web/answers.py)."""

BESIDE = {
    "cases/forms.html": {"nameable", "answered", "precedents"},
    "juries/draw.html": {"site"},
    "parts/kept.html": {"kept"},
    "verify.html": {"signs", "script", "policy", "style"},
}
"""What the pages that have these parts are given beside it, before anything is imported."""


def test_a_part_asks_for_nothing_that_its_importer_has_set() -> None:
    """It is made once for a page and shared: so whatever it shows comes from the page's own values."""
    environment = _environment("en", frozenset())
    asked = {}
    for name in environment.list_templates():
        assert environment.loader is not None
        tree = environment.parse(environment.loader.get_source(environment, name)[0])
        if tree.find(nodes.Extends):
            continue
        of_its_own = {one.name for one in tree.find_all(nodes.Name) if one.ctx != "load"}
        of_its_own |= {str(name) for one in tree.find_all(nodes.FromImport) for name in one.names}
        left = find_undeclared_variables(tree) - set(environment.globals) - GIVEN - of_its_own
        if left:
            asked[name] = left
    assert BESIDE == asked


def test_output_is_that_of_jinja_itself() -> None:
    """Macros with all kinds of arguments, loops, functions that want the context, escaping, modules within modules."""

    @pass_context
    def whose(context: Context, sign: str) -> str:
        return sign + str(context["name"])

    sources = {
        "inner": "{% set mark = '<' %}{% macro twice(x, y='&') %}{{ x }}{{ y }}{{ mark }}{{ varargs|length }}"
        "{{ kwargs|length }}{% endmacro %}{% macro around() %}[{{ caller(name) }}]{% endmacro %}",
        "outer": "{% from 'inner' import twice, around with context %}{% macro both(x) %}{{ twice(x) }}"
        "{% call(n) around() %}{{ n }}<b>{% endcall %}{% endmacro %}",
        "page": "{% from 'outer' import both with context %}{% from 'inner' import twice with context %}"
        "{% for one in things %}{{ both(one) }}{{ twice(one, 'q', 1, 2, z=3) }}{{ loop.index }}"
        "{{ loop.cycle('a', 'b') }}{% endfor %}{{ whose('>') }}{{ plain(1, b=2) }}{{ name.upper() }}{{ mine }}",
    }
    values = {"things": ["<x>", Markup("<i>y</i>"), 3], "name": "O'Neil", "mine": Markup("<u>")}
    made = []
    for kind in (Environment, PageEnvironment):
        environment = kind(loader=DictLoader(sources), autoescape=True)
        environment.globals.update(whose=whose, plain=lambda a, b: a + b)
        shared: dict[str, object] = {} if kind is Environment else {MADE: Parts()}
        made.append(environment.get_template("page").render({**values, **shared}))
    assert made[0] == made[1]
    assert "&lt;x&gt;" in made[0]


def test_how_long_ago_is_told_as_babel_tells_it() -> None:
    """A span shares its words with the spans around it, and they are its own."""
    chance, tongue = Random(6962), tongues.all["en"]
    for _ in range(5_000):
        age = int(10 ** chance.uniform(0, 11.5))
        exact = timedelta(milliseconds=-age if age >= 1000 else -1000)
        told = format_timedelta(exact, format="short", add_direction=True, locale=LOCALES["en"])
        assert told == tongue.ago(0, age)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_span_has_words(language: Language) -> None:
    """A week ago as much as a month, in the past and to come; no two are told alike."""
    minute, tongue = 60_000, tongues.all[language]
    units = [1_000, minute, 60 * minute, 1440 * minute, 7 * 1440 * minute, 30 * 1440 * minute, 365 * 1440 * minute]
    past = [tongue.ago(0, 3 * unit) for unit in units]
    to_come = [tongue.ago(3 * unit, 0) for unit in units]
    assert 2 * len(units) == len({*past, *to_come})
    assert all("3" in told or "٣" in told for told in past + to_come)
