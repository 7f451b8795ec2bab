"""The demonstration's story: an hour and a half in a small town, from the founding to the moment one looks in."""

from pathlib import Path
from typing import Final

from app.demo.cast import BUILT, MEMBERS, MODERATORS
from app.demo.changes import LIVELY, PICTURES, SHOUTING, off_topic_amended
from app.demo.pictures import dustbins, face, heron, window
from app.demo.stage import MINUTE, Stage
from app.imports.polis import Writer
from app.imports.polis_cases import Cases
from app.imports.polis_files import read_export
from app.proposing import Draft
from app.writing import NewPoll
from governance.charter import FoundingRule

LENGTH: Final = 88
"""Minutes that the story takes, so that its clock is set back by as much when it begins."""

HIDES: Final = "The thread had more replies of this kind than answers, and a label leaves them all in the way."
CONVERSATION: Final = Path(__file__).parent / "conversation"


SHOWN: Final = {
    "david": ((heron(), "A grey heron on one leg in the shallow water under a stone bridge, the low sun behind it."),),
    "nadia": ((window(), "نافذة خشبيّة قديمة من ستّة ألواح زجاجيّة، اللوح الأوسط على اليمين مشروخ."),),
}
"""What some people show on an ordinary day: a picture and its words."""

FACES: Final = (
    ("ruth", ((240, 226, 196), (150, 64, 52)), "Ruth in a red hat"),
    ("nadia", ((208, 224, 216), (34, 92, 84)), "نادية بقبّعة خضراء"),
)
"""Who shows a face: the colours of the ground and of the hat, and what the picture shows."""


class Rules:
    """The founding rules that the story needs: numbers and words."""

    def __init__(self, numbers: dict[str, int], founding: tuple[FoundingRule, ...]) -> None:
        self.number = numbers
        self.words = {rule.label: rule for rule in founding}


async def play(stage: Stage, rules: Rules) -> None:
    """The whole story, in order."""
    await stage.later(2)
    for person in MODERATORS:
        await stage.grant(person.handle)
    await stage.register_jurors([person.handle for person in MEMBERS])
    await stage.befriend()
    await stage.arrange("lina", "Neighbours", ["ruth", "tomas", "ines"], "sourdough", "harbour")
    await stage.wait("lina", "The tide is low enough on Saturday: we walk out to the lighthouse at ten.")
    await _an_ordinary_day(stage)
    pool = await _the_pool(stage, rules)
    proposal = await _first_proposals(stage, rules)
    judged = await _first_cases(stage, rules, pool)
    await _first_votes(stage, proposal, judged)
    await _warned(stage, rules)
    await _import(stage)
    await _lately(stage, rules, pool)
    await _now(stage, rules)


async def _an_ordinary_day(stage: Stage) -> None:
    for handle, colours, shows in FACES:
        await stage.show_face(handle, face(*colours), shows)
    for handle, text in BUILT:
        await stage.say(handle, text, pictures=SHOWN.get(handle, ()))
    evenings = NewPoll(("Tuesday", "Thursday", "Sunday"), False, True, 24 * 60 * MINUTE)
    asked = "The reading room can stay open late on one more evening. Which one would you use? We will do what you say."
    library = await stage.say("library", asked, poll=evenings)
    await stage.edit("library", library, f"{asked} (Until nine, with tea.)", evenings)
    await stage.answer(library, {"ines": 1, "david": 1, "tomas": 0, "nadia": 2, "greta": 1})
    await stage.mark(library, "favourite", ["lina", "hana", "ines"])
    await stage.mark(library, "boost", ["ruth", "hana"])
    await stage.mark(library, "bookmark", ["lina"])
    await stage.mark(library, "pin", ["library"])
    night = NewPoll(("Keep it open", "Close it at ten"), False, True, 24 * 60 * MINUTE, certified=True)
    asked = "The harbour path at night: shall it stay open? The council reads the count, so let all check it."
    path = await stage.say("jonas", asked, poll=night)
    await stage.certify(path, {"lina": 0, "omar": 0, "greta": 1, "nadia": 0, "david": 1, "ruth": -1})
    places = NewPoll(("Stay, on the dry half of the square", "Move to the quay"), False, False, 20 * MINUTE)
    asked = "While the square is being repaved: where should the Tuesday market go?"
    market = await stage.say("market", asked, poll=places)
    await stage.answer(market, {"lina": 0, "ruth": 0, "samir": 1, "hana": 0, "jonas": 1, "ines": -1, "omar": 0})


async def _the_pool(stage: Stage, rules: Rules) -> int:
    """A conversation about one thing, and what strays from it: three cases."""
    opener = await stage.say(
        "ruth",
        "When does the swimming pool reopen? I collect what is known here, please keep it to that.",
        topic="When the swimming pool reopens",
    )
    await stage.say("samir", "The builders told me the tiles come in the second week of next month.", to=opener)
    await stage.say("greta", "The council’s notice says the first of June, weather allowing.", to=opener)
    return opener


async def _first_proposals(stage: Stage, rules: Rules) -> tuple[int, int, int]:
    """A rule that will be adopted, one that will be rejected, and a ranking that will be offered."""
    asked_for = await stage.propose(
        "lina",
        Draft("amend", target=rules.number["5.1"], rule=off_topic_amended(rules.words["5.1"])),
        "A reply that somebody asked for is not off topic\n\nWhoever answers a question that was put in the "
        "conversation should not be folded for it. I propose to say so in rule 5.1.",
    )
    loud = await stage.propose(
        "david",
        Draft("enact", rule=SHOUTING),
        "A label for shouting\n\nI would like to know before I open it.",
    )
    await stage.sponsor(asked_for, ["ruth", "samir"])
    await stage.sponsor(loud, ["ines", "market"])
    lively = await stage.propose(
        "ines",
        Draft("ranking", ranking="lively", weights=LIVELY),
        "A second way to read\n\nWhoever looks in once a day misses what the town talked about. For them, and only for "
        "who chooses it: what many answer, pass on and like, while it is new, and nobody twice in a row.",
    )
    await stage.sponsor(lively, ["lina", "ruth"])
    return asked_for, loud, lively


async def _first_cases(stage: Stage, rules: Rules, pool: int) -> int:
    """Folded, cleared, reversed, and one that goes on to a jury; returns its appeal."""
    off_topic = rules.number["5.1"]
    bench = await stage.say("hana", "Is there going to be a bench by the shallow end? My mother cannot stand.", to=pool)
    buses = await stage.say("david", "The number 4 bus was late again. Somebody should write to them.", to=pool)
    first = await stage.report("ines", bench, off_topic, "This is about benches, not about when it opens.")
    second = await stage.report("jonas", buses, off_topic, "Buses again.")
    third = await stage.report("tomas", pool, rules.number["4.1"], "She tells us what we may talk about.")
    await stage.later(1)
    folded = "The opener set a topic: when the pool reopens. This reply is about something else, so it is folded."
    await stage.restrict("nadia", first, "fold", 110, folded, {"label": HIDES})
    await stage.restrict("omar", second, "fold", 110, folded + " It may be said anywhere else.", {"label": HIDES})
    await stage.clear("greta", third, "To set a topic is everybody’s right, and it is aimed at no person.")
    await stage.later(1)
    hanas = await stage.appeal("hana", first, "A pool without a bench is not open for my mother. It bears on it.")
    davids = await stage.appeal("david", second, "The bus goes to the pool.")
    await stage.later(2)
    bears = "Whether the pool can be used by all is part of when it reopens. Doubt favours speech: the fold ends."
    await stage.reconsider("greta", hanas, "reverse", bears)
    stays = "The bus goes to many places. The reply says nothing about the pool, and stands unfolded nowhere else lost."
    await stage.reconsider("nadia", davids, "maintain", stays)
    return davids


async def _first_votes(stage: Stage, proposals: tuple[int, int, int], judged: int) -> None:
    await stage.later(4)
    reason = "I use that bus, and even I would not look for it under the pool."
    await stage.judge(judged, (0, 0, 0, 0, 0, 1), reason)
    adopted, rejected, lively = proposals
    yes, no, blank = 0, 1, 2
    await stage.vote(adopted, {"lina": yes, "ruth": yes, "samir": yes, "hana": yes, "ines": yes, "jonas": no})
    await stage.later(1)
    await stage.vote(adopted, {"market": yes, "library": blank, "david": yes, "omar": no})
    await stage.vote(
        rejected, {"david": yes, "ines": no, "ruth": no, "samir": no, "hana": no, "jonas": yes, "lina": no}
    )
    await stage.vote(lively, {"lina": yes, "ruth": yes, "hana": yes, "samir": yes, "jonas": no, "david": yes})
    await stage.later(34)


async def _warned(stage: Stage, rules: Rules) -> None:
    """A post that stays where it is, behind a warning."""
    crash = await stage.say(
        "lina",
        "Report from the night shift on the coast road, two hours after the collision. What was left of the second "
        "car, and of the arm that hung out of it, I will not forget: bone, rain, and the radio still on.",
    )
    case = await stage.report("samir", crash, rules.number["6.1"], "I was not prepared for this over breakfast.")
    await stage.later(1)
    reasons = "The post describes an injury in detail and comes without a warning. It stays where it is, behind one."
    await stage.restrict("omar", case, "interstitial", 115, reasons, {})
    bicycle = await stage.say("jonas", "Whoever left a green bicycle at the ferry: it is in my shed.")
    await stage.edit("jonas", bicycle, "Whoever left a green bicycle at the ferry: it is in my shed, dry.")
    ending = "The lighthouse keeper did it. I had the baker down for it until the last reel."
    await stage.say("ines", ending, warning="How the film at the open-air cinema ends", visibility="followers")
    await stage.later(4)


async def _import(stage: Stage) -> None:
    """A conversation that was held elsewhere, with what its source took down."""
    writer = Writer(stage.square, read_export(CONVERSATION), lambda step, n: None)
    await writer.write()
    await Cases(writer).write()
    await stage.later(18)


async def _lately(stage: Stage, rules: Rules, pool: int) -> None:
    """Cases that are still under way, one of them under the rule as the vote left it."""
    off_topic = rules.number["5.1"]
    car_park = await stage.say(
        "tomas",
        "And while we are all here: the car park behind the pool is twice the price it was. Has anyone asked where "
        "that money goes?",
        to=pool,
    )
    soup = await stage.say(
        "hana", "My soup recipe, since nobody talks about the pool any more: leeks, leeks, leeks.", to=pool
    )
    green = await stage.say("jonas", "While we wait: the green bicycle from the ferry is still in my shed.", to=pool)
    first = await stage.report("jonas", car_park, off_topic, "Car park, not pool.")
    third = await stage.report("market", green, off_topic, "Bicycles.")
    await stage.report("ruth", car_park, off_topic, "I asked to keep it to the pool.")
    second = await stage.report("ines", soup, off_topic, "Soup.")
    await stage.later(2)
    reasons = (
        "The opener set a topic: when the pool reopens. The reply is about the price of the car park, and nobody in "
        "the conversation had asked about it. It is folded: out of timelines, and open to anybody in its place."
    )
    await stage.restrict("nadia", first, "fold", 118, reasons, {"label": HIDES})
    await stage.restrict("greta", second, "fold", 118, "Leeks do not bear on the pool.", {"label": HIDES})
    await stage.restrict("omar", third, "fold", 118, "A bicycle is not a pool.", {"label": HIDES})
    await stage.later(7)
    await stage.appeal("hana", second, "It was a joke, and the thread was already over.")
    words = "Whoever puts their bins out on Sunday for a Wednesday: I know it is you, Market Circle."
    shown = ((dustbins(), "Three dustbins on the pavement under a lamp, long before the day."),)
    bins = await stage.say("david", words, pictures=shown)
    await stage.report("market", bins, rules.number["4.1"], "We are named and shamed before the whole town.")
    bicycle = await stage.appeal("jonas", third, "Somebody who waits for the pool may well have come by bicycle.")
    await stage.later(0.5)
    await stage.reconsider("nadia", bicycle, "maintain", "It is a good bicycle, and it is not about the pool.")
    await stage.later(0.5)


async def _now(stage: Stage, rules: Rules) -> None:
    """What a visitor finds open: a vote, and a proposal that looks for sponsors."""
    pictures = await stage.propose(
        "lina",
        Draft("enact", rule=PICTURES),
        "A rule for pictures of other people’s children\n\nAfter the regatta there were forty. No parent was asked.",
    )
    await stage.sponsor(pictures, ["samir", "jonas"])
    await stage.later(2.7)
    await stage.vote(pictures, {"lina": 0, "jonas": 0, "ines": 1, "nadia": 0})
    slower = await stage.propose(
        "samir",
        Draft("term", term="slow", value="2m"),
        "Twice as slow\n\nOne post a minute is not slow. I propose two minutes for whoever is slowed down.",
    )
    await stage.sponsor(slower, ["ruth"])
    await stage.say("ruth", "Second week of the sourdough. It is a brick again, but a friendlier brick.")
    await stage.later(0.4)
