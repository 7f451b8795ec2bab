"""What an entry says, in a sentence for people, and where it leads."""

from typing import Final, assert_never

from msgspec.structs import replace

from app.clock import iso
from app.web.sentences import Sentence, Told, say, say_many
from governance.acts.appeals import Appeal, JoinAppeal, Reconsider
from governance.acts.cases import CoSign, Decide, Lift, Report
from governance.acts.elections import Stand, StandDown
from governance.acts.emergencies import Emergent, Invoke, Second
from governance.acts.juries import DrawJury, ExcuseJuror, JoinJury, LeaveJury
from governance.acts.keys import RotateKey
from governance.acts.members import Admit, AdmitGuest, CloseAccount, Found, Grant, Revoke
from governance.acts.orders import Comply, PublishNotice, ReceiveOrder, RefuseOrder
from governance.acts.proposals import (
    Amend,
    AmendCharter,
    AmendRule,
    AnyChange,
    Elect,
    Enact,
    EnactRule,
    Freeze,
    Propose,
    Recall,
    RepealRule,
    SetRanking,
    SetTerm,
    Sponsor,
    Withdraw,
)
from governance.acts.texts import Correct, Erase, WhyErased
from governance.acts.votes import CloseVote, OpenPoll, OpenVote, SealBox
from governance.acts.words import Role, SanctionOrNone
from governance.entry import AnyAct, Entry

MOST_LINKS: Final = 20
"""Erased entries that are linked from their erasure."""

SANCTIONS: Final[dict[SanctionOrNone, Sentence]] = {
    "": say("nothing"),
    "label": say("a label"),
    "interstitial": say("a warning before the post"),
    "slow": say("slower posting"),
    "unrecommend": say("no recommendation"),
    "fold": say("folding"),
    "withhold": say("withholding"),
    "mute": say("muting the account"),
    "suspend": say("suspending the account"),
}
"""Sanctions as people say them."""


def sentence_of(index: int, entry: Entry) -> Sentence:
    """An entry in one sentence."""
    act, by = entry.act, entry.by
    match act:
        case Found() if act.continues:
            before = act.continues.partition("\n")[0]
            return say("The square %(name)s goes on from %(before)s as %(origin)s.", before=before, **_of(act))
        case Found():
            return say("The square %(name)s was founded under the ledger's name %(origin)s.", **_of(act))
        case Admit():
            return say("A member was admitted and is m:%(n)s.", n=str(index))
        case AdmitGuest():
            return say("A guest was admitted and is g:%(n)s.", n=str(index))
        case CloseAccount():
            return say("%(by)s closed their account.", by=by)
        case Grant() if by == "clock":
            return _ELECTED[act.role].with_values(n=str(act.member), proposal=str(act.basis))
        case Grant():
            return _GRANTED[act.role].with_values(n=str(act.member), by=by)
        case Revoke():
            return say("%(by)s ended the office that entry %(n)s gave.", by=by, n=str(act.grant))
        case RotateKey():
            values: dict[str, Told] = {"by": by, "until": f"{iso(act.until)[:16].replace('T', ' ')} UTC"}
            return say("%(by)s gave the ledger a new key; the old one signs beside it until %(until)s.", **values)
        case _:
            return _of_cases(act, by)


_GRANTED: Final[dict[Role, Sentence]] = {
    "moderator": say("m:%(n)s was given the office of moderator by %(by)s."),
    "steward": say("m:%(n)s was given the office of steward by %(by)s."),
    "legal_officer": say("m:%(n)s was given the office of legal officer by %(by)s."),
}

_ELECTED: Final[dict[Role, Sentence]] = {
    "moderator": say("m:%(n)s was elected moderator by the vote on proposal %(proposal)s and took the office."),
    "steward": say("m:%(n)s was elected steward by the vote on proposal %(proposal)s and took the office."),
    "legal_officer": say("m:%(n)s was elected legal officer by the vote on proposal %(proposal)s and took the office."),
}


def _of(act: Found) -> dict[str, Told]:
    return {"name": act.name, "origin": act.origin}


def _of_cases(act: AnyAct, by: str) -> Sentence:  # noqa: C901 - a line an act
    match act:
        case Report():
            values: dict[str, Told] = {"rule": str(act.rule[0]), "author": act.author}
            return say("Somebody reported a post by %(author)s under the rule of entry %(rule)s.", **values)
        case Decide():
            if act.outcome == "none":
                return say("%(by)s decided case %(case)s: nothing is restricted.", by=by, case=str(act.case))
            return _RESTRICTED[act.sanction].with_values(by=by, case=str(act.case))
        case CoSign():
            return say("%(by)s co-signed the suspension of case %(case)s.", by=by, case=str(act.case))
        case Lift():
            return say("%(by)s lifted the restriction of case %(case)s.", by=by, case=str(act.case))
        case Appeal():
            if act.reporter:
                return say("Somebody who reported it appealed in case %(case)s.", case=str(act.case))
            return say("The author, %(by)s, appealed in case %(case)s.", by=by, case=str(act.case))
        case JoinAppeal():
            return say("Another who reported it joined appeal %(appeal)s.", appeal=str(act.appeal))
        case Reconsider():
            values = {"by": by, "appeal": str(act.appeal)}
            if act.outcome == "maintain":
                return say("%(by)s looked again at appeal %(appeal)s and maintained the decision.", **values)
            return say("%(by)s looked again at appeal %(appeal)s and reversed the decision.", **values)
        case JoinJury() | LeaveJury() | DrawJury() | ExcuseJuror():
            return _of_juries(act, by)
        case _:
            return _of_votes(act, by)


def _of_juries(act: JoinJury | LeaveJury | DrawJury | ExcuseJuror, by: str) -> Sentence:
    match act:
        case JoinJury():
            return say("%(by)s took a place in the register of jurors.", by=by)
        case LeaveJury():
            return say("%(by)s left the register of jurors.", by=by)
        case DrawJury():
            return say_many(
                "A jury was drawn on appeal %(appeal)s, with %(n)s seat.",
                "A jury was drawn on appeal %(appeal)s, with %(n)s seats.",
                len(act.seats),
                appeal=str(act.matter),
            )
        case ExcuseJuror():
            return say("%(by)s was excused from jury %(jury)s.", by=by, jury=str(act.jury))


_RESTRICTED: Final[dict[SanctionOrNone, Sentence]] = {
    "label": say("%(by)s decided case %(case)s: the post has a label."),
    "interstitial": say("%(by)s decided case %(case)s: the post is behind a warning."),
    "slow": say("%(by)s decided case %(case)s: the author posts more slowly."),
    "unrecommend": say("%(by)s decided case %(case)s: the post is not recommended."),
    "fold": say("%(by)s decided case %(case)s: the post is folded."),
    "withhold": say("%(by)s decided case %(case)s: the post is withheld."),
    "mute": say("%(by)s decided case %(case)s: the author is muted."),
    "suspend": say("%(by)s decided case %(case)s: the author is suspended."),
}


def _of_votes(act: AnyAct, by: str) -> Sentence:
    match act:
        case Propose() | Amend() | Withdraw() | Sponsor() | Stand() | StandDown():
            return _of_proposals(act, by)
        case Freeze():
            return say("The text of proposal %(proposal)s was frozen.", proposal=str(act.proposal))
        case OpenVote() if act.jury:
            return say("The vote of jury %(jury)s was opened.", jury=str(act.jury))
        case OpenVote():
            return say_many(
                "The vote on proposal %(proposal)s was opened, with %(n)s member on its roll.",
                "The vote on proposal %(proposal)s was opened, with %(n)s members on its roll.",
                act.roll_size,
                proposal=str(act.proposal),
            )
        case OpenPoll():
            return say_many(
                "A certified poll was opened, with %(n)s member on its roll.",
                "A certified poll was opened, with %(n)s members on its roll.",
                act.roll_size,
            )
        case SealBox():
            return say_many(
                "The box of vote %(vote)s was sealed with %(n)s ballot.",
                "The box of vote %(vote)s was sealed with %(n)s ballots.",
                act.size,
                vote=str(act.vote),
            )
        case CloseVote():
            # What each number counts, yes, no and blank or the approvals of candidates, the page of the vote says.
            counts = " · ".join(map(str, act.counts))
            return say_many(
                "Vote %(vote)s was closed with %(n)s ballot and counted: %(counts)s.",
                "Vote %(vote)s was closed with %(n)s ballots and counted: %(counts)s.",
                act.size,
                vote=str(act.vote),
                counts=counts,
            )
        case Enact():
            return say("This came into force: %(change)s.", change=_change(act.change))
        case _:
            return _of_texts(act, by)


def _of_proposals(act: Propose | Amend | Withdraw | Sponsor | Stand | StandDown, by: str) -> Sentence:
    match act:
        case Propose():
            return say("%(by)s made a proposal: %(change)s.", by=by, change=_change(act.change))
        case Amend():
            return say("%(by)s amended proposal %(proposal)s.", by=by, proposal=str(act.proposal))
        case Withdraw():
            return say("%(by)s withdrew proposal %(proposal)s.", by=by, proposal=str(act.proposal))
        case Sponsor():
            values: dict[str, Told] = {"by": by, "proposal": str(act.proposal), "version": str(act.version)}
            return say("%(by)s sponsors version %(version)s of proposal %(proposal)s.", **values)
        case Stand():
            return say("%(by)s stands in the election of proposal %(proposal)s.", by=by, proposal=str(act.proposal))
        case StandDown():
            return say(
                "%(by)s stands no longer in the election of proposal %(proposal)s.", by=by, proposal=str(act.proposal)
            )


GROUNDS: Final[dict[WhyErased, Sentence]] = {
    "request": say("at the request of the person whose it is"),
    "order": say("by order of an authority"),
    "private": say("because of somebody’s private data"),
    "unlawful": say("because it is unlawful to show"),
}
"""Why a text was erased."""


def _of_texts(act: AnyAct, by: str) -> Sentence:
    match act:
        case Erase():
            values: dict[str, Told] = {"ground": GROUNDS[act.ground]}
            n = len(act.entries)
            if by == "reporter":
                return say_many(
                    "Somebody who reported had %(n)s text erased, %(ground)s.",
                    "Somebody who reported had %(n)s texts erased, %(ground)s.",
                    n,
                    **values,
                )
            return say_many(
                "%(by)s erased %(n)s text, %(ground)s.", "%(by)s erased %(n)s texts, %(ground)s.", n, by=by, **values
            )
        case Correct():
            return say("%(by)s says what is wrong in entry %(entry)s.", by=by, entry=str(act.entry))
        case Invoke() | Second() | ReceiveOrder() | Comply() | RefuseOrder() | PublishNotice():
            return _of_powers(act, by)
        case _:
            raise AssertionError(f"no sentence for {type(act).__name__}")


EMERGENCIES: Final[dict[Emergent, Sentence]] = {
    "child_abuse": say("abuse material of children"),
    "doxxing": say("somebody’s private data in the hands of a mob"),
    "violence": say("credible imminent violence"),
    "malware": say("a malicious program"),
}
"""The grounds of emergencies as people say them."""


def _of_powers(act: Invoke | Second | ReceiveOrder | Comply | RefuseOrder | PublishNotice, by: str) -> Sentence:
    match act:
        case Invoke():
            return say("%(by)s withheld a post as an emergency: %(ground)s.", by=by, ground=EMERGENCIES[act.ground])
        case Second():
            return say("%(by)s signed emergency %(emergency)s.", by=by, emergency=str(act.emergency))
        case ReceiveOrder(kind="withhold"):
            return say("%(by)s received an order to withhold.", by=by)
        case ReceiveOrder():
            return say("%(by)s received an order to disclose data.", by=by)
        case Comply(post=""):
            return say("%(by)s disclosed data for order %(order)s.", by=by, order=str(act.order))
        case Comply(territory=""):
            return say("%(by)s withheld a post everywhere for order %(order)s.", by=by, order=str(act.order))
        case Comply():
            values: dict[str, Told] = {"by": by, "order": str(act.order), "countries": act.territory.replace(",", ", ")}
            return say("%(by)s withheld a post in %(countries)s for order %(order)s.", **values)
        case RefuseOrder():
            return say("%(by)s refused order %(order)s.", by=by, order=str(act.order))
        case PublishNotice():
            return say("%(by)s ended the seal of order %(order)s.", by=by, order=str(act.order))


_SEATS: Final[dict[Role, Sentence]] = {
    "moderator": say_many("the election of %(n)s moderator", "the election of %(n)s moderators", 1),
    "steward": say_many("the election of %(n)s steward", "the election of %(n)s stewards", 1),
    "legal_officer": say_many("the election of %(n)s legal officer", "the election of %(n)s legal officers", 1),
}


def _change(change: AnyChange) -> Sentence:
    match change:
        case EnactRule():
            return say("a new rule %(label)s", label=change.rule.label)
        case AmendRule():
            return say("another version of rule %(label)s", label=change.rule.label)
        case RepealRule():
            return say("the repeal of the rule of entry %(rule)s", rule=str(change.target))
        case SetTerm():
            return say("the term %(name)s is %(value)s", name=change.name, value=change.value)
        case Elect():
            return replace(_SEATS[change.role], values={"n": change.seats}, n=change.seats)
        case Recall():
            return say("the end of the office that entry %(grant)s gave", grant=str(change.grant))
        case AmendCharter():
            return say("another text of the charter")
        case SetRanking():
            return say("the ranking %(ranking)s", ranking=change.ranking)
        case _:
            assert_never(change)


def leads_to(index: int, entry: Entry) -> list[tuple[Sentence, str]]:
    """The pages of what an entry is about: words and path."""
    act = entry.act
    if isinstance(act, Erase | Correct):
        entries = dict.fromkeys(one.entry for one in act.entries) if isinstance(act, Erase) else [act.entry]
        return [(say("Entry %(entry)s", entry=str(entry)), f"/ledger/{entry}") for entry in [*entries][:MOST_LINKS]]
    if isinstance(act, Invoke | Second | ReceiveOrder | Comply | RefuseOrder | PublishNotice):
        return _of_power(act, index)
    if isinstance(act, Decide | CoSign | Lift | Appeal | Report):
        return _of_case(act)
    if isinstance(act, Amend | Withdraw | Sponsor | Stand | StandDown | Freeze | OpenVote | Enact) and act.proposal:
        return [(say("The proposal"), f"/proposals/{act.proposal}")]
    if isinstance(act, Grant) and entry.by == "clock":
        return [(say("The proposal"), f"/proposals/{act.basis}")]
    if isinstance(act, SealBox | CloseVote):
        return [(say("The vote"), f"/votes/{act.vote}")]
    if isinstance(act, OpenVote | ExcuseJuror | DrawJury | JoinJury | LeaveJury):
        return _of_jury(act, index)
    if isinstance(act, OpenPoll):
        return [(say("The poll"), f"/polls/{act.post}")]
    if isinstance(act, Propose):
        return [(say("The debate"), f"/posts/{act.post}")]
    return [(say("The charter"), "/charter")] if isinstance(act, Found) else []


def _of_jury(act: OpenVote | ExcuseJuror | DrawJury | JoinJury | LeaveJury, index: int) -> list[tuple[Sentence, str]]:
    match act:
        case OpenVote() | ExcuseJuror():
            return [(say("The jury"), f"/jury/{act.jury}")]
        case DrawJury():
            return [(say("The jury"), f"/jury/{index}")]
        case _:
            return [(say("The register of jurors"), "/jury")]


def _of_power(
    act: Invoke | Second | ReceiveOrder | Comply | RefuseOrder | PublishNotice, index: int
) -> list[tuple[Sentence, str]]:
    match act:
        case Invoke() | Second():
            emergency = index if isinstance(act, Invoke) else act.emergency
            return [(say("The emergency"), f"/emergencies/{emergency}")]
        case _:
            order = index if isinstance(act, ReceiveOrder) else act.order
            return [(say("The order"), f"/orders/{order}")]


def _of_case(act: Decide | CoSign | Lift | Appeal | Report) -> list[tuple[Sentence, str]]:
    if isinstance(act, Report):
        return [(say("The post"), f"/posts/{act.post}"), (say("The rule"), f"/rules/{act.rule[0]}")]
    case = (say("The case"), f"/cases/{act.case}")
    return [case, (say("The rule"), f"/rules/{act.rule[0]}")] if isinstance(act, Decide) else [case]
