"""P5: what became of emergencies and orders, as the State stands at the end."""

from governance.audit.checks import P5
from governance.audit.findings import Findings
from governance.emergencies import Emergency
from governance.orders import Compliance, Order
from governance.state import State


def find_unanswered(state: State, findings: Findings, since: int, at: int) -> None:
    """Name the emergencies that nobody signed, or no jury answered, in `[since, at)`, and count all by their ground.

    Both times are Unix ms.
    """
    by_ground: dict[str, int] = {}
    for (noun, index), emergency in state.items():
        if noun is not Emergency or not isinstance(emergency, Emergency) or not isinstance(index, int):
            continue
        by_ground[emergency.ground] = by_ground.get(emergency.ground, 0) + 1
        if since <= emergency.second_by_at < at:
            _find_unsigned(findings, index, emergency)
        if emergency.status == "seconded" and since <= emergency.until < at:
            findings.keep(P5, "overdue", index, f"emergency {index} had no verdict by its date: it fell")
    if by_ground:
        told = ", ".join(f"{ground} {number}" for ground, number in sorted(by_ground.items()))
        findings.note(P5, f"emergencies by ground: {told}")


def _find_unsigned(findings: Findings, index: int, emergency: Emergency) -> None:
    due = emergency.second_by_at
    if emergency.is_unshown:
        if not 0 < emergency.seconded_at < due and not (emergency.ended and emergency.until <= due):
            why = f"emergency {index} had no second person by its date: two answer for what nobody is shown"
            findings.keep(P5, "violation", index, why)
    elif emergency.status == "invoked":
        findings.keep(P5, "overdue", index, f"emergency {index} was signed by nobody else: it fell by its date")


def count_orders(state: State, findings: Findings, at: int) -> None:
    """How many orders there are at a time (Unix ms), and what became of them."""
    orders = [value for (noun, _), value in state.items() if noun is Order and isinstance(value, Order)]
    if not orders:
        return
    obeyed = sum(bool(order.complied) for order in orders)
    refused = sum(bool(order.refused) for order in orders)
    sealed = sum(order.is_sealed_at(at) for order in orders)
    findings.note(P5, f"orders: {len(orders)} received, {obeyed} obeyed, {refused} refused, {sealed} sealed now")
    world = sum(done.post != "" and not done.territory for done in state.values() if isinstance(done, Compliance))
    if world:
        findings.note(P5, f"{world} times a post was withheld for the whole globe by an order")
