"""Jinja for pages of a thousand small parts: the same templates and the same output, in half the time.

A page of posts calls some thousand macros. Most of what Jinja spends on each goes to questions that have one answer
here: our functions take no context, our globals are the environment's, and a part that is imported "with context" sees
what the page was rendered with, whoever imports it (tests/web/test_templates.py holds the templates to that).
"""

from collections.abc import Callable, Mapping, MutableMapping
from functools import cache
from types import FunctionType, MethodType
from typing import Final

from jinja2 import Environment, Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro

_PLAIN: Final = frozenset({FunctionType, MethodType, type(cache(len))})
MADE: Final = "parts_made"
"""The name under which a page's own values hold the `Parts` that were made for it."""


class Parts(dict[str | None, TemplateModule]):
    """Templates that were made for a page, by their names."""


class PageContext(Context):
    """Calls macros and plain functions without asking them what they would like to be given."""

    def call(self, called: Callable[..., object], /, *args: object, **kwargs: object) -> object:
        """Call something, from the code that Jinja makes of a template."""
        kind = type(called)
        if kind is Macro:
            args = (self.eval_ctx, *args)
        elif kind not in _PLAIN or hasattr(called, "jinja_pass_arg"):
            result: object = super().call(called, *args, **kwargs)
            return result
        if kwargs:
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
        return called(*args, **kwargs)


class Part(Template):
    """A template that is made once for a page, however many of its other parts import it."""

    def make_module(
        self, vars: dict[str, object] | None = None, shared: bool = False, locals: Mapping[str, object] | None = None
    ) -> TemplateModule:
        """What an import "with context" imports."""
        made = vars.get(MADE) if vars is not None else None
        if not isinstance(made, Parts):
            return super().make_module(vars, shared, locals)
        if self.name not in made:
            # Without `locals`: what the importing template has set is not for the others that get the same part.
            made[self.name] = super().make_module(vars, shared)
        return made[self.name]


class PageEnvironment(Environment):
    """An environment whose globals are complete before the first template is loaded, and then stand."""

    context_class = PageContext
    template_class = Part

    def make_globals(self, d: MutableMapping[str, object] | None) -> MutableMapping[str, object]:
        """The globals of a template: those of the environment itself, which are looked up at once."""
        return {**self.globals, **d} if d else self.globals
