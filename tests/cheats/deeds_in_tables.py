"""Deeds in the tables: rows that are not what the ledger makes them, such as no page shows and such as all may see."""

from collections.abc import Callable

from app.store.governed import save
from governance.acts.words import Sanction
from governance.cases import Case, Restriction, Subject
from governance.members import number
from tests.cheats.deeds import AUDIT, FSCK, Deed, said
from tests.cheats.operator import Operator

FAR = 2**52


def left_out(operator: Operator) -> str:
    """A post is left out of timelines and search by a derived column; at its address it stands as ever."""
    post = operator.world.said[-1].id
    operator.writes(lambda tx: save(tx, {(Subject, post): Subject()}))
    operator.writes(lambda tx: tx.run("update gov_subject set hidden_until = {} where id = {}", FAR, post))
    return post


def office_prolonged(operator: Operator) -> str:
    """An office is prolonged in the table that pages read, and not in the value that the law reads."""
    mia = number(operator.world.by("mia"))
    operator.writes(lambda tx: tx.run("update gov_office set until = {} where member = {}", FAR, mia))
    return f"moderator/{mia}"


TABLES = {"gov_subject": left_out, "gov_office": office_prolonged}


Marked = tuple[tuple[int, ...], str]
"""What C1 has to find, and the post where it has to be asked for, or ""."""


def marked_by_no_case(operator: Operator) -> Marked:
    """A post is put behind a warning by rows of its own, under a case that is none."""
    made_up = _made_up(operator)
    _mark(operator, made_up, "interstitial")
    return (), ""


def marked_by_a_case_of_another(operator: Operator) -> Marked:
    """A post is put behind a warning under a case that there is, and that is about another post."""
    case = _a_case(operator)
    _mark(operator, case, "interstitial")
    return (case,), ""


def folded_by_no_case(operator: Operator) -> Marked:
    """A post is folded by rows of its own, out of every timeline: whoever has its address lets the audit look there."""
    return (), _mark(operator, _made_up(operator), "fold")


def silently_left_out(operator: Operator) -> Marked:
    """A post is left out of timelines and search; whoever has its address lets the audit look there."""
    return (), left_out(operator)


def folded_beyond_its_end(operator: Operator) -> Marked:
    """A moderator has ended a restriction, and the post is shown as folded all the same."""
    world = operator.world
    case = world.restricts("cy", "9.1", "fold")
    key = (Subject, world.said[-1].id)
    before = world.state[key]
    assert before is not None
    world.does("moe", world.lift(case))
    operator.through_the_door()
    operator.writes(lambda tx: save(tx, {key: before}))
    return (case,), ""


def _a_case(operator: Operator) -> int:
    return next(one for one, entry in enumerate(operator.world.entries) if entry.by == "reporter")


def _made_up(operator: Operator) -> int:
    """A case that is in the tables alone."""
    number = len(operator.world.entries) - 1
    like = operator.world.state[Case, _a_case(operator)]
    assert like is not None
    operator.writes(lambda tx: save(tx, {(Case, number): like}))
    return number


def _mark(operator: Operator, case: int, sanction: Sanction) -> str:
    world = operator.world
    post = world.said[-1].id
    restriction = Restriction(case, case + 1, world.rule("9.1"), 1, sanction, FAR)
    operator.writes(lambda tx: save(tx, {(Subject, post): Subject((restriction,))}))
    return post


MARKS: tuple[Callable[[Operator], Marked], ...] = (
    marked_by_no_case,
    marked_by_a_case_of_another,
    folded_by_no_case,
    silently_left_out,
    folded_beyond_its_end,
)

DEEDS_IN_TABLES = (
    *(Deed(15, said(deed), FSCK, "") for deed in TABLES.values()),
    *(Deed(16, said(deed), AUDIT, "C1") for deed in MARKS),
)
