"""The condition that somebody writes in a form, and what is wrong with it."""

from app.web.sentences import Sentence, say, say_many
from governance.acts.words import RuleKind
from governance.conditions.language import MOST_DEPTH, MOST_NODES, MOST_PATTERNS, BadCondition, canonical, read


def read_condition(kind: RuleKind, text: str) -> tuple[str, dict[str, Sentence]]:
    """The condition of a bright line in its one encoding, "" for every other kind, and what is wrong with it."""
    written = text.strip()
    if kind != "bright_line":
        return "", {"condition": say("Only a bright line has a condition.")} if written else {}
    if not written:
        return "", {"condition": say("A bright line needs its condition.")}
    try:
        return canonical(read(written)), {}
    except BadCondition as error:
        return "", {"condition": fault_of(error)}


def fault_of(error: BadCondition) -> Sentence:
    """What is wrong with a condition, for who wrote it."""
    match error.why:
        case "deep":
            return say_many("More than %(n)s level deep.", "More than %(n)s levels deep.", MOST_DEPTH)
        case "many":
            return say_many("More than %(n)s part.", "More than %(n)s parts.", MOST_NODES)
        case "patterns":
            return say_many("More than %(n)s pattern.", "More than %(n)s patterns.", MOST_PATTERNS)
        case "pattern":
            return say("RE2 refuses a pattern: %(why)s", why=error.detail)
        case "language":
            return say("This is not in the language of conditions: %(why)s", why=error.detail)
