"""What may not be done for an order of the law."""

from msgspec.structs import replace

from governance.acts.orders import PublishNotice
from governance.orders import MOST_STEPS
from tests.governance.world import World


def an_order_is_entered_by_the_legal_officer(world: World) -> None:
    """With its authority and its basis, sealed for a time that is bounded."""
    world.has_officer()
    act = world.receive()
    world.is_refused("office-1", "mia", act)
    world.is_refused("order-1", "olga", replace(act, commits=act.commits[:1]))
    world.is_refused("order-5", "olga", replace(act, sealed_until=world.now))
    world.is_refused("order-5", "olga", replace(act, sealed_until=world.after("sealed") + 1))


def an_order_is_answered_by_the_legal_officer(world: World) -> None:
    """By who holds the office, about an order that is there, and never about themselves."""
    world.has_officer()
    order, data = world.receives(), world.receives("disclose")
    world.is_refused("order-1", "olga", world.refuse(order + 10))
    world.is_refused("order-1", "olga", world.comply(0, world.post("ann")))
    world.is_refused("office-1", "mia", world.comply(order, world.post("ann")))
    world.is_refused("office-1", "mia", world.refuse(order))
    world.is_refused("recusal-1", "olga", world.comply(order, world.post("olga")))
    world.is_refused("recusal-1", "olga", world.disclose(data, world.by("olga")))
    world.is_refused("member-1", "olga", world.disclose(data, "m:999"))


def a_post_is_withheld_for_an_order_with_all_that_it_takes(world: World) -> None:
    """A post that was made, an end, countries in order, and for the globe the reason why."""
    world.has_officer()
    order, post = world.receives(), world.post("ann")
    act = world.comply(order, post)
    for wrong in (replace(act, post=""), replace(act, author=""), replace(act, version=0)):
        world.is_refused("order-2", "olga", wrong)
    world.is_refused("order-2", "olga", replace(act, posted=world.now + 1))
    world.is_refused("order-2", "olga", replace(act, until=world.now))
    world.is_refused("order-3", "olga", replace(act, territory="FR,DE"))
    world.is_refused("order-3", "olga", replace(act, territory="DE,DE"))
    world.is_refused("order-3", "olga", replace(act, territory=""))
    world.is_refused("order-3", "olga", replace(act, commits=()))
    world.does("olga", act)
    world.is_refused("order-2", "olga", world.comply(order, post, "IT"))


def a_disclosure_says_what_and_about_whom(world: World) -> None:
    """There is no post in it; the person is named, or bound while the order is sealed."""
    world.has_officer()
    ann, order, sealed = world.by("ann"), world.receives("disclose"), world.receives("disclose", "30d")
    world.is_refused("order-2", "olga", world.comply(order, world.post("ann")))
    world.is_refused("order-2", "olga", world.disclose(order))
    world.is_refused("order-2", "olga", world.disclose(order, ann, sealed=True))
    world.is_refused("order-2", "olga", world.disclose(sealed, ann))
    world.does("olga", world.disclose(sealed, ann, sealed=True))


def an_order_is_refused_once(world: World) -> None:
    """With reasons; and from then on it is not obeyed."""
    world.has_officer()
    order = world.receives()
    world.is_refused("order-4", "olga", replace(world.refuse(order), commits=()))
    world.does("olga", world.refuse(order))
    world.is_refused("order-4", "olga", world.refuse(order))
    world.is_refused("order-4", "olga", world.comply(order, world.post("ann")))


def an_order_is_obeyed_by_256_entries(world: World) -> None:
    """What is hot stays small."""
    world.has_officer()
    order = world.receives()
    for _ in range(MOST_STEPS):
        world.does("olga", world.comply(order, world.post("ann")))
    world.is_refused("order-2", "olga", world.comply(order, world.post("ann")))


def a_seal_is_ended_once(world: World) -> None:
    """By the legal officer, while it stands."""
    world.has_officer()
    order, sealed = world.receives(), world.receives(sealed="2d")
    world.is_refused("order-6", "olga", PublishNotice(order))
    world.is_refused("order-1", "olga", PublishNotice(order - 1))
    world.is_refused("office-1", "mia", PublishNotice(sealed))
    world.does("olga", PublishNotice(sealed))
    world.is_refused("order-6", "olga", PublishNotice(sealed))


def what_is_sealed_is_not_erased(world: World) -> None:
    """Neither the order nor what was done for it, until everyone may read it."""
    world.has_officer()
    order = world.receives(sealed="2d")
    done = world.does("olga", world.comply(order, world.post("ann")))
    refusal = world.does("olga", world.refuse(order))
    texts = (
        world.erase(order, "order", order),
        world.erase(done, "reasons", done),
        world.erase(refusal, "reasons", order),
    )
    for act in texts:
        world.is_refused("order-5", "olga", act)
    world.passes("2d")
    for act in texts:
        world.does("olga", act)


def the_texts_of_orders_are_named_where_they_stand(world: World) -> None:
    """By the entries that bind them."""
    world.has_officer()
    order = world.receives()
    done = world.does("olga", world.comply(order, world.post("ann")))
    world.is_refused("erase-1", "olga", world.erase(order, "reasons", order))
    world.is_refused("erase-1", "olga", world.erase(done, "order", order))
    world.is_refused("erase-1", "olga", world.erase(order, "reasons", done))


def what_an_order_withholds_is_ended_by_the_legal_officer(world: World) -> None:
    """Once, while it stands; a disclosure has no end."""
    world.has_officer()
    order, data = world.receives(), world.receives("disclose")
    done = world.does("olga", world.comply(order, world.post("ann")))
    world.is_refused("office-1", "mia", world.lift(done))
    world.does("olga", world.lift(done))
    world.is_refused("lift-1", "olga", world.lift(done))
    told = world.does("olga", world.disclose(data, world.by("ann")))
    world.is_refused("lift-1", "olga", world.lift(told))
