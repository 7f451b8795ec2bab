"""Edits: what was said before stays readable, and the law sees which version it judges."""

from collections.abc import Callable

import pytest
from msgspec import Struct

from app.square import Square
from app.store.engines import Tx
from app.store.governed import save
from governance.proposals import ProposedIn
from tests.speech.world import ON_SQLITE, People, Programs, Said, account_of, read, restrict, say
from tests.web.client import Browser, Program
from tests.web.serving import Site


class _Told(Struct, frozen=True):
    """Who has a notification."""

    account: int


def edit(client: Program, post: Said, text: str, **more: object) -> None:
    """Say it otherwise."""
    answer = client.post(f"/posts/{post.id}/edit", {"text": text, **more})
    assert answer.status_code == 201, answer.text


def test_what_was_said_before_stays_readable(member: People, visitor: Callable[[], Browser]) -> None:
    """A browser edits a post; its page says so and leads to a history that shows in words what went and what came."""
    ann = member("ann")
    page = ann.submit("/posts", {"text": "The pool opens on Monday."}, at="/")
    form = ann.open(ann.open(page.path).links["Edit"])
    assert ["The pool opens on Monday."] == form.form(form.path).values["text"]
    page = ann.submit(form.path, {"text": "The pool opens on Tuesday.", "warning": "News"}, at=form.path)
    assert "Edited on" in page.text
    history = visitor().open(next(link for words, link in page.links.items() if words.startswith("Edited on")))
    assert "2 versions, the newest first." in history.text
    assert "Removed: Monday. Added: Tuesday." in history.text
    assert "Added: News" in history.text
    assert "The pool opens on Monday." == history.document.all(cls="said")[-1].text


def test_an_edit_is_a_version(program: Programs) -> None:
    """It raises the version and tells its time; one that changes nothing is none."""
    ann = program("ann")
    post = say(ann, "One", language="en")
    before = ann.get(f"/posts/{post.id}").json()
    edit(ann, post, "One", language="en")
    assert before == ann.get(f"/posts/{post.id}").json()
    edit(ann, post, "Two", language="en", sensitive=True)
    after = ann.get(f"/posts/{post.id}").json()
    assert (1, None) == (before["version"], before["edited_at"])
    assert (2, True, "Two") == (after["version"], after["edited_at"] > after["created_at"], after["text"])
    told = ann.get(f"/posts/{post.id}/history").json()["versions"]
    assert [(2, "Two", True), (1, "One", False)] == [
        (one["version"]["version"], one["version"]["text"], one["version"]["sensitive"]) for one in told
    ]


@ON_SQLITE
def test_only_the_author_edits(program: Programs) -> None:
    """Nobody else's post, nothing that is gone, and nothing without words."""
    ann, ben = program("ann"), program("ben")
    post = say(ann, "Mine")
    assert 403 == ben.post(f"/posts/{post.id}/edit", {"text": "Yours"}).status_code
    assert 422 == ann.post(f"/posts/{post.id}/edit", {"text": " "}).status_code
    assert 201 == ann.post(f"/posts/{post.id}/delete", {}).status_code
    assert 404 == ann.post(f"/posts/{post.id}/edit", {"text": "Back"}).status_code
    assert 404 == ann.get(f"/posts/{post.id}/history").status_code


def test_other_answers_are_another_poll(program: Programs) -> None:
    """The ballots of the one before go with it; with the same answers they stay, and so does the close."""
    ann, ben = program("ann"), program("ben")
    asked = {"options": ["yes", "no"], "closes_in": 600}
    post = say(ann, "Shall we?", **asked)
    assert 201 == ben.post(f"/posts/{post.id}/ballot", {"choices": [0]}).status_code
    edit(ann, post, "Shall we swim?", options=["yes", "no"], closes_in=86_400)
    kept = read(ben, post).poll
    assert kept is not None and (1, True) == (kept.voters, kept.answered)
    assert post.poll is not None and post.poll.closes_at == kept.closes_at
    edit(ann, post, "Shall we swim?", options=["yes", "no", "no opinion"], closes_in=600)
    anew = read(ben, post).poll
    assert anew is not None and (0, False, 3) == (anew.voters, anew.answered, len(anew.options))
    told = ann.get(f"/posts/{post.id}/history").json()["versions"]
    assert [3, 2, 2] == [len(one["version"]["options"]) for one in told]
    edit(ann, post, "Let us.")
    assert read(ben, post).poll is None


def test_whom_an_edit_names_is_told_and_whom_it_named_still_reads(site: Site, program: Programs) -> None:
    """A post for those whom it names reaches one more, and is taken from nobody."""
    ann, ben, cy = program("ann"), program("ben"), program("cy")
    post = say(ann, "for @ben", visibility="mentioned")
    assert 404 == cy.get(f"/posts/{post.id}").status_code
    edit(ann, post, "for @cy")
    assert ["for @cy", "for @cy"] == [read(ben, post).text, read(cy, post).text]

    async def told(square: Square) -> list[int]:
        async def load(tx: Tx) -> list[int]:
            rows = await tx.all(
                _Told, "select account from notification where post = {} and kind = 'mention'", int(post.id)
            )
            return sorted(row.account for row in rows)

        return await square.database.read(load)

    assert sorted([account_of(ben), account_of(cy)]) == site.run(told)


def test_what_the_law_holds_is_not_edited(site: Site, program: Programs) -> None:
    """A proposal is amended, not edited; a suspended author does not speak; a folded post may be mended."""
    ann = program("ann")
    post = say(ann, "A proposal")

    async def carry(square: Square) -> None:
        await square.database.write(lambda tx: save(tx, {(ProposedIn, post.id): ProposedIn(7)}))

    site.run(carry)
    refused = ann.post(f"/posts/{post.id}/edit", {"text": "Another"})
    assert (409, "propose-6") == (refused.status_code, refused.json()["clause"])
    folded = say(ann, "Nonsense")
    site.run(lambda square: restrict(square, "fold", post=folded.number))
    edit(ann, folded, "Sense")
    seen = read(program("ben"), folded)
    assert ("folded", "Sense") == (seen.stands, seen.text)


@ON_SQLITE
@pytest.mark.parametrize(("stands", "sees"), [("fold", True), ("withhold", False)])
def test_a_history_is_for_who_may_read_the_post(site: Site, program: Programs, stands: str, sees: bool) -> None:
    """What is withheld has no history but for its author; what is folded has one."""
    ann, ben = program("ann"), program("ben")
    post = say(ann, "One")
    edit(ann, post, "Two")
    site.run(lambda square: restrict(square, "fold" if stands == "fold" else "withhold", post=post.number))
    assert sees == (200 == ben.get(f"/posts/{post.id}/history").status_code)
    assert 200 == ann.get(f"/posts/{post.id}/history").status_code
