"""The demonstration's people, and what they say on an ordinary day."""

from typing import Final

from msgspec import Struct


class Person(Struct, frozen=True):
    """Somebody of the demonstration; `part` says what a visitor can try as them."""

    handle: str
    name: str
    part: str


MODERATORS: Final = (
    Person("nadia", "نادية", "moderator: has decided most cases, and cannot reconsider her own"),
    Person("omar", "Omar", "moderator: an open report and an appeal wait for him"),
    Person("greta", "Greta", "moderator: may reconsider what nadia and omar decided"),
)
MEMBERS: Final = (
    Person("lina", "Lina", "member: proposed the rule that is being voted"),
    Person("tomas", "Tomas", "member: a post of his is folded, and he may appeal"),
    Person("ruth", "Ruth", "member: has not voted yet"),
    Person("samir", "Samir", "member: has not voted yet"),
    Person("hana", "Hana", "member: an appeal of hers waits for an answer"),
    Person("jonas", "Jonas", "member: reports what he sees; a jury sits over a post of his"),
    Person("library", "Harbour Library", "member: asks everybody in a poll"),
    Person("market", "Market Circle", "member: closed a poll"),
    Person("ines", "Inês", "member: may have been drawn for a jury"),
    Person("david", "David", "member: a jury has upheld what was decided about a post of his"),
)
EVERYONE: Final = MODERATORS + MEMBERS

BUILT: Final = (
    ("ruth", "First week of the sourdough. It is a brick. A friendly brick, but a brick."),
    ("nadia", "سؤال لأهل الحيّ: من يعرف نجّاراً يُصلح نافذة قديمة ولا يقترح استبدالها؟"),
    ("david", "The heron is back under the second bridge. Same leg, same expression, every March. #harbour"),
    ("ines", "Alguém viu um gato cinzento com uma orelha branca, perto do cais? Chama-se Bispo e é surdo. #harbour"),
    (
        "samir",
        "The repair evening is on Thursday at seven, upstairs in the fire station. Bring what is broken, and a cake.",
    ),
)
"""What people say before anything is governed: (handle, text)."""
