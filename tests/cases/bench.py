"""Juries in the town: members with places in the register, a case that goes to them, and how they vote."""

from collections.abc import Mapping, Sequence

from app.duties import Duties
from tests.cases.town import DAY, HOUR, OFF_TOPIC, Town

JURORS = tuple(f"juror{place:02}" for place in range(1, 19))
SECOND = 1_000
UPHOLD, REVERSE, BLANK = 0, 1, 2
LET_STAND = 1


class Bench:
    """A town in which juries can be drawn; `post` is ann's, reported by ben, decided by mia, looked at again by max."""

    def __init__(self, town: Town, jurors: Sequence[str] = JURORS) -> None:
        self.town = town
        self._names = (*jurors, "ben")
        town.admit("ann", "ben", *jurors)
        town.elect("mia", "max")
        for juror in jurors:
            town.does(juror, "/jury/join")
        town.later(30 * DAY)
        opener = town.say("ben", "When does the pool reopen?", topic="When the pool reopens")
        self.post = town.say("ann", "The car park is too dear.", reply_to=opener)
        self.case = town.report("ben", self.post, OFF_TOPIC, "Cars, not pools.")

    def name_of(self, member: str) -> str:
        """The juror of a number."""
        return next(name for name in self._names if self.town.number(name) == member)

    def ticks(self, times: int = 1) -> None:
        """The clock does what is due, again and again a second later."""
        for _ in range(times):
            self.town.site.run(lambda square: Duties(square.database, square.door, square.clock).do_all())
            self.town.later(SECOND)

    def goes_to_jury(self, words: str = "heron over the bridge", **fold: object) -> int:
        """Folded, appealed and maintained: the jury that is drawn."""
        self.town.folds("mia", self.case, **fold)
        appeal = self.town.does(
            "ann", f"/cases/{self.case}/appeal", statement="Parking is part of a pool.", words=words
        )
        return self.is_kept(appeal)

    def is_kept(self, appeal: int) -> int:
        """Another moderator keeps what was decided: the jury that is drawn."""
        said = {"outcome": "maintain", "reasons": "It says nothing about the pool."}
        self.town.does("max", f"/appeals/{appeal}/reconsider", **said)
        self.ticks()
        return self.last()

    def last(self) -> int:
        """The jury that was drawn last."""
        juries: Sequence[Mapping[str, int]] = self.town.program().get("/jury").json()["juries"]
        return juries[0]["jury"]

    def told(self, jury: int, handle: str = "") -> dict[str, object]:
        """A jury as somebody sees it."""
        answer = self.town.program(handle).get(f"/jury/{jury}")
        assert answer.status_code == 200, answer.text
        told: dict[str, object] = answer.json()
        return told

    def seated(self, jury: int, sits: str = "serves") -> list[str]:
        """Who sits, stands by or was excused, in the order of the seats."""
        seats = self.told(jury)["seats"]
        assert isinstance(seats, list)
        return [self.name_of(seat["member"]) for seat in seats if seat["sits"] == sits]

    def votes(self, jury: int, choices: Sequence[int], reasons: Mapping[int, str] | None = None) -> None:
        """The evidence closes, and these many jurors vote; the vote is counted."""
        self.opens(jury)
        vote = self.vote(jury)
        for place, (juror, choice) in enumerate(zip(self.seated(jury), choices, strict=False)):
            said = {"choice": choice, "reason": (reasons or {}).get(place, "")}
            assert self.town.do(juror, f"/votes/{vote}/ballot", **said).status_code == 201
        self.closes()

    def opens(self, jury: int) -> None:
        """The evidence closes, and the vote opens."""
        assert self.told(jury)["status"] == "evidence"
        self.town.later(72 * HOUR)
        self.ticks()

    def closes(self) -> None:
        """The vote closes, is sealed and counted."""
        self.town.later(72 * HOUR + 2 * SECOND)
        self.ticks(3)

    def vote(self, jury: int) -> int:
        """The vote of a jury."""
        vote = self.told(jury)["vote"]
        assert isinstance(vote, dict)
        return int(vote["vote"])

    def excuses(self, jury: int, juror: str) -> int:
        """A juror asks to be excused; the entry."""
        mine = self.told(jury, juror)["mine"]
        assert isinstance(mine, dict)
        return self.town.does(juror, f"/jury/{jury}/excuse", seat=mine["seat"])
