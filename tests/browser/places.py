"""Every kind of page that the demonstration has, with somebody who may see it."""

from typing import Final, TypeVar
from urllib.parse import urlencode

import msgspec
from msgspec import Struct

from tests.browser.demonstration import Demonstration
from tests.web.client import Program


class Place(Struct, frozen=True):
    """A page: its name, its address (with what `found` finds in braces), who opens it, and how it answers."""

    name: str
    path: str
    who: str = ""
    status: int = 200


PLACES: Final = (
    Place("home", "/"),
    Place("home-member", "/", "lina"),
    Place("home-newcomer", "/", "newcomer"),
    Place("local", "/local", "lina"),
    Place("tag", "/tags/pool", "lina"),
    Place("tag-none", "/tags/nothing"),
    Place("lively", "/lively", "lina"),
    Place("rankings", "/rankings", "lina"),
    Place("why", "/posts/{pool}/why", "lina"),
    Place("proposal-ranking-new", "/proposals/new?kind=ranking", "lina"),
    Place("search", "/search"),
    Place("trends", "/trends"),
    Place("search-posts", "/search?q=pool", "lina"),
    Place("search-people", "/search?q=to&type=people"),
    Place("search-tags", "/search?q=pool&type=tags"),
    Place("search-nothing", "/search?q=zeppelin"),
    Place("thread", "/posts/{pool}"),
    Place("thread-member", "/posts/{pool}", "lina"),
    Place("post-folded", "/posts/{folded_post}"),
    Place("post-warned", "/posts/{warned_post}", "lina"),
    Place("profile", "/@ruth"),
    Place("profile-arabic-words", "/@nadia"),
    Place("profile-member", "/@ruth", "lina"),
    Place("profile-own", "/@tomas", "tomas"),
    Place("notifications", "/notifications", "ruth"),
    Place("notifications-none", "/notifications", "newcomer"),
    Place("bookmarks", "/bookmarks", "lina"),
    Place("favourites", "/favourites", "lina"),
    Place("favourites-none", "/favourites", "omar"),
    Place("history", "/posts/{pinned}/history"),
    Place("edit", "/posts/{pool}/edit", "ruth"),
    Place("drafts", "/drafts", "lina"),
    Place("drafts-none", "/drafts", "omar"),
    Place("waiting", "/drafts/{waiting}", "lina"),
    Place("boosted-by", "/posts/{pinned}/boosts"),
    Place("favourited-by", "/posts/{pinned}/favourites", "lina"),
    Place("profile-pinned", "/@library", "lina"),
    Place("followers", "/@ruth/followers"),
    Place("following-own", "/@lina/following", "lina"),
    Place("requests", "/me/requests", "lina"),
    Place("blocks", "/me/blocks", "lina"),
    Place("mutes", "/me/mutes", "lina"),
    Place("lists", "/me/lists", "lina"),
    Place("list", "/me/lists/{list}", "lina"),
    Place("list-timeline", "/lists/{list}", "lina"),
    Place("filters", "/me/filters", "lina"),
    Place("filter", "/me/filters/{filter}", "lina"),
    Place("hashtags", "/me/tags", "lina"),
    Place("import", "/me/import", "lina"),
    Place("followers-settings", "/settings/followers", "lina"),
    Place("poll-certified", "/polls/{certified}", "hana"),
    Place("poll-answered", "/polls/{certified}", "lina"),
    Place("poll-visitor", "/polls/{certified}"),
    Place("compose-poll", "/compose?poll=1", "lina"),
    Place("compose", "/compose", "lina"),
    Place("reply", "/compose?reply_to={pool}", "lina"),
    Place("delete", "/posts/{pool}/delete", "ruth"),
    Place("join", "/join"),
    Place("sign-in", "/sign-in"),
    Place("settings", "/settings", "lina"),
    Place("settings-pictures", "/settings/pictures", "ruth"),
    Place("programs", "/settings/programs", "lina"),
    Place("programs-none", "/settings/programs", "omar"),
    Place("allow", "/oauth/authorize?{program}&scope=read+write+follow+push", "lina"),
    Place("allow-little", "/oauth/authorize?{program}&scope=read:search+write:statuses+profile", "lina"),
    Place("allow-unknown", "/oauth/authorize?client_id=nobody&redirect_uri=https://reader.example", "lina", 422),
    Place("allow-code", "/oauth/authorize/native?code=pTkvQ2s8Yb3o1nWm5uRe7xZa9cLd4fGh6iJk0Bq-_EM", "lina"),
    Place("account", "/settings/account", "lina"),
    Place("session", "/session"),
    Place("rules", "/rules"),
    Place("rules-before", "/rules?on=2020-01-01"),
    Place("rule", "/rules/{rule}"),
    Place("rule-difference", "/rules/{rule}/diff/1..2"),
    Place("proposals", "/proposals"),
    Place("proposal-new", "/proposals/new", "lina"),
    Place("proposal-new-rule", "/proposals/new?kind=enact", "lina"),
    Place("proposal-new-text", "/proposals/new?kind=amend&rule={rule}", "lina"),
    Place("proposal-new-end", "/proposals/new?kind=repeal", "lina"),
    Place("proposal-new-term", "/proposals/new?kind=term&term=slow", "lina"),
    Place("proposal-new-election", "/proposals/new?kind=elect", "lina"),
    Place("proposal-new-recall", "/proposals/new?kind=recall", "lina"),
    Place("proposal-new-charter", "/proposals/new?kind=charter", "lina"),
    Place("proposal-voting", "/proposals/{voting}", "hana"),
    Place("proposal-sponsoring", "/proposals/{sponsoring}", "hana"),
    Place("proposal-own", "/proposals/{sponsoring}", "samir"),
    Place("proposal-amend", "/proposals/{sponsoring}/amend", "samir"),
    Place("proposal-enacted", "/proposals/{enacted}"),
    Place("proposal-rejected", "/proposals/{rejected}"),
    Place("case-open", "/cases/{open}", "omar"),
    Place("case-folded", "/cases/{folded}"),
    Place("case-author", "/cases/{folded}", "tomas"),
    Place("case-appealed", "/cases/{appealed}"),
    Place("case-reconsider", "/cases/{appealed}", "omar"),
    Place("case-reversed", "/cases/{reversed}"),
    Place("case-upheld", "/cases/{upheld}"),
    Place("case-none", "/cases/{none}"),
    Place("report", "/posts/{pool}/report", "lina"),
    Place("queue", "/mod/queue", "omar"),
    Place("emergencies", "/emergencies"),
    Place("orders", "/orders"),
    Place("juries", "/jury"),
    Place("jury-verdict", "/jury/{verdict}"),
    Place("jury-sitting", "/jury/{jury}"),
    Place("juries-member", "/jury", "lina"),
    Place("figures", "/transparency"),
    Place("modlog", "/modlog"),
    Place("modlog-empty", "/modlog?rule=1.1"),
    Place("offices", "/offices"),
    Place("offices-steward", "/offices", "steward"),
    Place("me", "/me", "tomas"),
    Place("me-newcomer", "/me", "newcomer"),
    Place("acts", "/me/acts", "lina"),
    Place("acts-newcomer", "/me/acts", "newcomer"),
    Place("close", "/me/close", "lina"),
    Place("ledger", "/ledger"),
    Place("entry", "/ledger/{decision}"),
    Place("entry-founding", "/ledger/0"),
    Place("verify", "/verify"),
    Place("about", "/about"),
    Place("charter", "/charter"),
    Place("charter-founding", "/charter/founding"),
    Place("terms", "/terms"),
    Place("queue-reader", "/mod/queue"),
    Place("nothing", "/nothing/here", "", 404),
)
KEPT: Final = frozenset(
    (
        *("home", "home-member", "home-newcomer", "thread", "profile", "compose", "join", "rules", "rule"),
        *("rule-difference", "proposals", "proposal-new-rule", "proposal-voting", "proposal-sponsoring"),
        *("proposal-enacted", "case-open", "case-folded", "case-author", "case-reversed", "report", "queue", "modlog"),
        *("offices-steward", "me", "acts", "ledger", "entry", "about", "charter", "terms", "nothing"),
    )
)
"""The places of which pictures are kept."""


class _Item(Struct):
    case: int
    post: str
    entry: int
    rule: str
    outcome: str
    sanction: str | None
    appeal: str


class _Log(Struct):
    items: list[_Item]


class _Line(Struct):
    proposal: int
    rule: int
    phase: str


class _Listed(Struct):
    line: _Line


class _Proposals(Struct):
    under_way: list[_Listed]
    over: list[_Listed]


class _Case(Struct):
    case: int


class _Queue(Struct):
    cases: list[_Case]


class _Jury(Struct):
    jury: int
    status: str


class _Register(Struct):
    juries: list[_Jury]


class _Poll(Struct):
    certified: bool


class _Post(Struct):
    id: str
    poll: _Poll | None = None


class _Profile(Struct):
    pinned: list[_Post]
    items: list[_Post]


class _Named(Struct):
    id: str


class _Kept(Struct):
    items: list[_Named]


class _Draft(Struct):
    id: int
    due_at: int | None


class _Drafts(Struct):
    drafts: list[_Draft]


class _Client(Struct):
    client_id: str


class _Thread(Struct):
    root: str


T = TypeVar("T", bound=Struct)


def found(square: Demonstration) -> dict[str, str]:
    """What stands in braces in the addresses: cases, posts and proposals by how they stand."""
    with square.program("omar") as program:
        found = {**_pinned(program), **_cases(program), **_juries(program), **_proposals(program)}
    with square.program("lina") as program:
        waiting = next(one.id for one in _read(program, "/drafts", _Drafts).drafts if one.due_at is not None)
        found |= {"waiting": str(waiting), "program": program_asking(program)}
        return {**found, **{kind: _read(program, f"/me/{kind}s", _Kept).items[0].id for kind in ("list", "filter")}}


def program_asking(program: Program) -> str:
    """A program that wants to speak for somebody: what its address asks with."""
    redirect = "https://reader.of-the-harbour-and-the-fish-market.example/back"
    known = {"client_name": "The harbour’s reader", "website": "https://harbour.example", "redirect_uris": [redirect]}
    answer = program.post("/api/v1/apps", {**known, "scopes": "read write follow push profile"})
    asked = {"client_id": msgspec.json.decode(answer.content, type=_Client).client_id, "redirect_uri": redirect}
    return urlencode({**asked, "response_type": "code"})


def _read(program: Program, path: str, into: type[T]) -> T:
    return msgspec.json.decode(program.get(path).content, type=into)


def _pinned(program: Program) -> dict[str, str]:
    asked = next(post for post in _read(program, "/@jonas", _Profile).items if post.poll and post.poll.certified)
    return {"pinned": _read(program, "/@library", _Profile).pinned[0].id, "certified": asked.id}


def _juries(program: Program) -> dict[str, str]:
    juries = _read(program, "/jury", _Register).juries
    carried = next(one.jury for one in juries if one.status == "carried")
    return {"verdict": str(carried), "jury": str(juries[0].jury)}


def _cases(program: Program) -> dict[str, str]:
    items = _read(program, "/modlog", _Log).items
    folds = {item.appeal: item for item in reversed(items) if item.sanction == "fold"}
    folded = folds["possible"]
    return {
        "folded": str(folded.case),
        "folded_post": folded.post,
        "decision": str(folded.entry),
        "pool": _read(program, f"/posts/{folded.post}", _Thread).root,
        "appealed": str(folds["open"].case),
        "reversed": str(folds["reversed"].case),
        "upheld": str(folds["upheld"].case),
        "none": str(next(item.case for item in items if item.outcome == "none")),
        "warned_post": next(item.post for item in items if item.sanction == "interstitial"),
        "open": str(_read(program, "/mod/queue", _Queue).cases[0].case),
    }


def _proposals(program: Program) -> dict[str, str]:
    listed = _read(program, "/proposals", _Proposals)
    by_phase = {one.line.phase: one.line for one in (*listed.under_way, *listed.over)}
    found = {phase: str(by_phase[phase].proposal) for phase in ("voting", "sponsoring", "enacted", "rejected")}
    return {**found, "rule": str(by_phase["enacted"].rule)}
