"""Drafts: kept for their author alone, gone on with, said or thrown away; and what was not said when it was due."""

from app.square import Square
from app.store.drafts import drafts_of
from app.store.engines import Tx
from app.unsaid import Draft, draft_of, say_due, schedule
from app.writing import Words
from tests.speech.world import People, Programs, account_of, restrict
from tests.web.client import Browser, Filling, Page
from tests.web.serving import Site


def test_a_draft_is_kept_and_gone_on_with(member: People) -> None:
    """Whatever stands in the form is kept, a poll with one answer too; when it is said the draft is gone."""
    ann, ben = member("ann"), member("ben")
    typed = {"text": "I think", "topic": "Birds", "warning": "News", "visibility": "followers", "options": ["yes"]}
    page = keep(ann, typed)
    assert ("/drafts", True) == (page.path, "I think" in page.text)
    opened = page.links["Go on writing"]
    form = ann.open(opened).form("/posts")
    assert typed == {name: form.values[name][0] if name != "options" else form.values[name][:1] for name in typed}
    page = keep(ann, {"text": "I think that"}, at=opened)
    assert 1 == len([words for words in page.links if words == "Go on writing"])
    assert 404 == ben.open(opened).status
    assert "I think" not in ben.open("/drafts").text
    said = ann.submit("/posts", {"text": "I think that herons fly.", "options": []}, at=opened)
    assert "For followers" in said.text
    assert "No drafts" in ann.open("/drafts").text
    page = keep(ann, {"text": "Never mind"})
    assert "No drafts" in ann.submit(f"{page.links['Go on writing']}/delete", {}, at="/drafts").text


def keep(browser: Browser, typed: Filling, at: str = "/compose?poll=1") -> Page:
    """Press the button that keeps what stands in the form."""
    form = browser.open(at).form("/posts")
    pairs = form.filled(typed, None)
    return browser._arrive(browser._post("/drafts", pairs))


def test_what_cannot_be_said_when_it_is_due_is_kept(site: Site, program: Programs) -> None:
    """The law of that time holds: a suspended author finds a draft, with the reason."""
    ann = program("ann")
    account = account_of(ann)

    async def wait(square: Square) -> None:
        now = square.clock.now()
        await schedule(square, account, "m:77", Words("Later", "en"), now + 600_000)
        await square.database.write(lambda tx: tx.run("update account set member = 'm:77' where id = {}", account))

    async def kept(square: Square) -> list[Draft]:
        async def load(tx: Tx) -> list[Draft]:
            return [draft_of(row) for row in await drafts_of(tx, account, 10)]

        return await square.database.read(load)

    site.run(wait)
    site.run(lambda square: restrict(square, "suspend"))
    site.clock.advance(600_000)
    assert 0 == site.run(say_due)
    (draft,) = site.run(kept)
    assert (None, "law", "Later") == (draft.due_at, draft.unsaid, draft.words.text)
    assert "the square restrained your account" in ann.http.get("/drafts", headers={"Accept": "text/html"}).text
