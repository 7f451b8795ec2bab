"""What a random person may do about emergencies and orders of the law."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from governance.acts.emergencies import Emergent
from governance.acts.orders import PublishNotice
from governance.acts.texts import Erase, Erasing, WhyErased
from governance.emergencies import Emergency
from governance.entry import AnyAct
from governance.orders import Compliance, Order
from governance.terms import size_of
from tests.governance.chance import NAMES, Chance
from tests.governance.world import MODERATORS, STEWARD

SPANS = ("1ms", "1h", "1d", "31d")


class PowerChance(Chance):
    """A square in which posts are withheld at once, and for orders."""

    @rule(data=st.data())
    def somebody_withholds_at_once(self, data: st.DataObject) -> None:
        """On any ground, or signs what somebody withheld, or ends it."""
        world = self.world
        grounds: tuple[Emergent, ...] = ("doxxing", "violence", "child_abuse")
        emergency = self._of(data, list(self._all(Emergency)))
        might: list[AnyAct] = [
            world.invoke(self._of(data, self.posts), self._of(data, grounds)),
            world.second(emergency, unshown=self._all(Emergency)[emergency].is_unshown),
            world.lift(emergency),
        ]
        self._tries(data, self._of(data, (*MODERATORS, STEWARD, *NAMES)), self._of(data, might))

    @rule(data=st.data())
    def an_order_goes_on(self, data: st.DataObject) -> None:
        """It is received, obeyed, refused, told, and its withholding ended."""
        world, now = self.world, self.world.now
        order, name = self._of(data, list(self._all(Order))), self._of(data, NAMES)
        done = self._of(data, [order, *self._all(Compliance)])
        sealed, lasts = self._of(data, ("", "1d", "89d", "91d")), int(size_of(self._of(data, SPANS)))
        is_sealed = self._all(Order)[order].is_sealed_at(now)
        might: list[AnyAct] = [
            world.receive(self._of(data, ("withhold", "disclose")), int(size_of(sealed)) if sealed else 0),
            world.comply(order, self._of(data, self.posts), self._of(data, ("", "DE", "DE,FR")), lasts),
            world.comply(order, self._of(data, self.posts)),
            world.disclose(order, world.by(name), sealed=is_sealed),
            world.refuse(order),
            PublishNotice(order),
            world.lift(done),
        ]
        self._tries(data, self._of(data, ("max", "max", name)), self._of(data, might))

    @rule(data=st.data())
    def texts_of_powers_are_erased(self, data: st.DataObject) -> None:
        """Of emergencies and orders, by who may and who may not."""
        order, emergency = self._of(data, list(self._all(Order))), self._of(data, list(self._all(Emergency)))
        done = self._of(data, [order, *self._all(Compliance)])
        refused = self._all(Order)[order].refused
        might: list[tuple[str, Erasing]] = [
            (self._all(Emergency)[emergency].author, Erasing(emergency, "content", emergency, "")),
            ("max", Erasing(emergency, "reasons", emergency, "")),
            ("max", Erasing(order, "order", order, "")),
            ("max", Erasing(done, "reasons", done, "")),
            ("max", Erasing(refused, "reasons", order, "")),
        ]
        who, one = self._of(data, might)
        ground: WhyErased = self._of(data, ("request", "request", "order"))
        self._tries(data, self._of(data, (who, who, "max")), Erase((one,), ground))
