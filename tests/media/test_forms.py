"""People put pictures into posts and on their profiles without a script."""

from collections.abc import Callable

import pytest

from app.clock import iso
from app.media.keeping import sweep
from app.unsaid import say_due
from app.web.requests import LARGEST_FORM
from tests.media.hostile import MOST_BYTES, REFUSED, drawn, photographed, saved
from tests.web.client import BOUNDARY, Browser, Page, multipart
from tests.web.serving import ON_SQLITE, Site

People = Callable[[str], Browser]
PNG = saved(drawn(), "PNG")
SAYS = {
    "empty": "This file is empty",
    "large": "at most 16 MiB",
    "no-picture": "no picture that can be shown",
    "pixels": "16.7 million pixels",
    "broken": "damaged",
}


def pictures(page: Page) -> list[tuple[str, str]]:
    """The pictures of the posts on a page: address and alternative text."""
    return [(img["src"], img["alt"]) for ul in page.document.all("ul", cls="pictures") for img in ul.all("img")]


def kept(page: Page) -> list[str]:
    """The pictures that the form on a page has already."""
    return [value for value in page.form("/posts").values["media"] if value]


def test_a_post_with_pictures(member: People) -> None:
    """Two pictures with their words stand in the post, in order; the words of the post may be left out."""
    ann = member("ann")
    words = {"text": "", "alts": ["a flag\r\nin the wind", "", "the same from the side", ""]}
    page = ann.submit("/posts", words, at="/compose", files={"pictures": [PNG, b"", photographed(6)]})
    assert 200 == page.status, page.text
    shown = pictures(page)
    assert ["a flag in the wind", "the same from the side"] == [" ".join(alt.split()) for _, alt in shown]
    for address, _ in shown:
        answer = ann.http.get(address)
        assert (200, True) == (answer.status_code, answer.headers["content-type"].startswith("image/"))
    undescribed = ann.submit("/posts", {"text": "Look"}, at="/compose", files={"pictures": [PNG]})
    assert ["A picture that its author has not described"] == [alt for _, alt in pictures(undescribed)]


@ON_SQLITE
def test_a_form_that_comes_back_has_its_pictures(site: Site, member: People) -> None:
    """What was sent with a form that cannot be used yet is kept with its words, and can be left out."""
    ann = member("ann")
    page = ann.submit(
        "/posts",
        {"text": "Look", "options": ["one", "", "", ""], "alts": ["a flag", "another", "", ""]},
        at="/compose",
        files={"pictures": [PNG, PNG]},
    )
    assert 422 == page.status
    first, second = kept(page)
    assert ["a flag", "another", "", ""] == page.form("/posts").values["alts"]
    assert 200 == ann.http.get(page.document.all("div", cls="picture-field")[0].all("img")[0]["src"]).status_code
    page = ann.submit("/posts", {"options": ["one", "one", "", ""], "alts": ["my flag", "x", "", ""], "drop": second})
    assert (422, [first]) == (page.status, kept(page))
    page = ann.submit("/posts", {"options": ["", "", "", ""]})
    assert 200 == page.status, page.text
    assert [(f"/media/{first}/preview.png", "my flag")] == pictures(page)


@ON_SQLITE
def test_more_answers_keep_the_pictures(site: Site, member: People) -> None:
    """Whoever asks for more room in the poll has sent the pictures already."""
    ann = member("ann")
    form = ann.open("/compose").form("/posts")
    form.action = "/compose"  # as its button for more answers has it
    page = ann.send(form, form.filled({"text": "Which?"}, "1"), {"pictures": [PNG]})
    assert (200, 1) == (page.status, len(kept(page)))
    assert len(page.form("/posts").values["options"]) > 4
    page = ann.submit("/posts", {"alts": ["a flag", "", "", ""]})
    assert ["a flag"] == [alt for _, alt in pictures(page)]


@ON_SQLITE
@pytest.mark.parametrize("name", [name for name in REFUSED if name != "nothing"])
def test_a_refusal_says_why(site: Site, member: People, name: str) -> None:
    """What is no picture comes back with the reason at the field, and what was written is kept."""
    data, why = REFUSED[name]
    ann = member("ann")
    page = ann.submit("/posts", {"text": "Look at this"}, at="/compose", files={"pictures": [data]})
    assert 422 == page.status
    assert SAYS[why] in " ".join(page.errors.values())
    assert ["Look at this"] == page.form("/posts").values["text"]
    assert [] == kept(page)


@ON_SQLITE
def test_words_that_are_too_long(site: Site, member: People) -> None:
    """An alternative text has at most 1,500 characters; the picture is kept meanwhile."""
    ann = member("ann")
    files = {"pictures": [PNG]}
    page = ann.submit("/posts", {"text": "Look", "alts": ["x" * 1501, "", "", ""]}, at="/compose", files=files)
    assert (422, 1) == (page.status, len(kept(page)))
    assert "1,500" in page.text
    page = ann.submit("/posts", {"alts": ["x" * 1500, "", "", ""]})
    assert ["x" * 1500] == [alt for _, alt in pictures(page)]


@ON_SQLITE
def test_a_form_whose_value_cannot_be_read_has_its_pictures(site: Site, member: People) -> None:
    """Before anything is understood of a form its pictures are kept."""
    ann = member("ann")
    token = ann.open("/compose").form("/posts").values["csrf"][0]
    body = multipart([("csrf", token), ("text", "Look"), ("closes_in", "never")], [("pictures", PNG)])
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Origin": ann.url}
    page = Page(ann.http.post("/posts", content=body, headers=headers))
    assert (422, 1) == (page.status, len(kept(page)))


def sent(browser: Browser, body: bytes, path: str = "/posts", boundary: str = BOUNDARY) -> int:
    """The status of a form that no page of ours would send."""
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Origin": browser.url}
    return browser.http.post(path, content=body, headers=headers).status_code


@ON_SQLITE
def test_forms_that_no_page_sends(site: Site, member: People, visitor: Callable[[], Browser]) -> None:
    """Broken, foreign and oversized forms are refused as such, before they are read where that can be."""
    ann = member("ann")
    token = ann.open("/compose").form("/posts").values["csrf"][0]
    good = [("csrf", token), ("text", "Look")]
    assert 303 == sent(ann, multipart(good, []))
    assert 403 == sent(ann, multipart([("text", "Look")], [("pictures", PNG)]))
    assert 403 == sent(visitor(), bytes(MOST_BYTES))
    assert 413 == sent(ann, bytes(LARGEST_FORM + 1))
    assert 413 == sent(ann, multipart([*good, ("topic", "x" * (MOST_BYTES // 8))], []))
    assert 415 == sent(ann, multipart([("csrf", token), ("name", "Ann")], []), "/settings/profile")
    assert 422 == sent(ann, multipart(good, [("pictures", PNG)] * 5))
    assert 422 == sent(ann, multipart([*good, ("nonsense", "1")], []))
    for broken in (
        b"",
        b"no form at all",
        multipart(good, [("text", PNG)]),
        multipart(good, [("pictures", PNG)])[:-20],
        multipart(good, []).replace(b"Look", b"\xff\xfe"),
        multipart(good, []).replace(b"form-data", b"attachment"),
        multipart(good, []).replace(b'; name="text"', b""),
        multipart([*good, *[("media", "1")] * 2000], []),
    ):
        assert sent(ann, broken) in (400, 403, 422), broken[:200]
    assert 400 == sent(ann, multipart(good, []), boundary="")


@ON_SQLITE
def test_other_peoples_pictures(site: Site, member: People, program: Callable[[str], "object"]) -> None:
    """Nobody posts or describes what somebody else has sent, and no picture stands in two posts."""
    ann, ben = member("ann"), member("ben")
    page = ann.submit("/posts", {"text": ""}, at="/compose", files={"pictures": [PNG, b"<svg/>"]})
    (hers,) = kept(page)
    token = ben.open("/compose").form("/posts").values["csrf"][0]
    body = multipart([("csrf", token), ("text", "mine"), ("media", hers), ("alts", "mine")], [])
    assert 303 == sent(ben, body)
    assert [] == pictures(ben.open("/@ben"))
    answer = ben.http.post("/posts", json={"text": "mine", "media": [hers]}, headers={"X-CSRF-Token": token})
    assert 422 == answer.status_code
    page = ann.submit("/posts", {"alts": ["hers", "", "", ""]})
    assert ["hers"] == [alt for _, alt in pictures(page)]
    token = ann.open("/compose").form("/posts").values["csrf"][0]
    answer = ann.http.post("/posts", json={"text": "again", "media": [hers]}, headers={"X-CSRF-Token": token})
    assert 422 == answer.status_code


def test_an_avatar_and_a_header(member: People) -> None:
    """Somebody shows pictures of themselves, changes their words, and takes one away."""
    ann, ben = member("ann"), member("ben")
    ann.submit("/posts", {"text": "Good morning"}, at="/compose")
    for kind in ("avatar", "header"):
        page = _face(ann, kind, {"alt": f"my {kind}"}, PNG)
        assert "Saved." in page.text
    page = ben.open("/@ann")
    images = {img["class"]: img for img in page.document.all("img")}
    assert {"avatar": "my avatar", "header": "my header", "face": ""} == {
        cls: img["alt"] for cls, img in images.items()
    }
    for img in images.values():
        assert 200 == ben.http.get(img["src"]).status_code
    page = _face(ann, "avatar", {"alt": "me in the rain"})
    assert "me in the rain" in [img["alt"] for img in ben.open("/@ann").document.all("img")]
    page = _face(ann, "avatar", press="1")
    assert ["header"] == [img["class"] for img in ben.open("/@ann").document.all("img")]
    assert 422 == _face(ann, "avatar").status
    page = _face(ann, "avatar", {"alt": "x"}, b"<svg/>")
    assert (422, True) == (page.status, SAYS["no-picture"] in page.errors["pictures"])


def _face(
    browser: Browser, kind: str, filling: dict[str, str] | None = None, file: bytes = b"", press: str = ""
) -> Page:
    """Fill in the form for an avatar or a header."""
    page = browser.open("/settings/pictures")
    form = next(form for form in page.forms if form.values.get("kind") == [kind])
    pairs = form.filled(filling or {}, press)
    return browser.send(form, pairs, {"pictures": [file]})


def test_the_pictures_of_a_post_are_changed(member: People) -> None:
    """An edit adds pictures, describes them otherwise, replaces them and takes them away; the history keeps each."""
    ann, ben = member("ann"), member("ben")
    page = ann.submit(
        "/posts", {"text": "Look", "alts": ["a flag", "", "", ""]}, at="/compose", files={"pictures": [PNG]}
    )
    edit = f"/posts/{page.path.rpartition('/')[2]}/edit"
    alts = {"alts": ["my flag", "another", "", ""]}
    page = ann.submit(edit, alts, at=edit, files={"pictures": [b"", photographed(6)]})
    assert (200, ["my flag", "another"]) == (page.status, [alt for _, alt in pictures(page)]), page.text
    first, second = [address for address, _ in pictures(ben.open(page.path))]
    assert [200, 200] == [ben.http.get(address).status_code for address in (first, second)]
    number = first.split("/")[2]
    page = ann.submit(edit, {"drop": number}, at=edit)
    assert [(second, "another")] == pictures(page)
    page = ann.submit(edit, {"alts": ["a third", "", "", ""]}, at=edit, files={"pictures": [PNG]})
    assert ["a third"] == [alt for _, alt in pictures(page)]
    assert second not in [address for address, _ in pictures(page)]
    history = ben.open(f"{edit.removesuffix('edit')}history")
    told = [[one.text for one in section.all("figcaption")] for section in history.document.all("section", cls="diff")]
    assert [["a third"], ["another"], ["my flag", "another"], ["a flag"]] == told


@ON_SQLITE
def test_an_edit_that_is_refused_keeps_everything(site: Site, member: People) -> None:
    """A file that is no picture changes nothing of the post; what was written and sent well is still in the form."""
    ann, ben = member("ann"), member("ben")
    words = {"text": "Look", "alts": ["a flag", "", "", ""]}
    page = ann.submit("/posts", words, at="/compose", files={"pictures": [PNG]})
    address, edit = page.path, f"/posts/{page.path.rpartition('/')[2]}/edit"
    typed = {"text": "Look again", "alts": ["my flag", "another", "a text", ""]}
    page = ann.submit(edit, typed, at=edit, files={"pictures": [b"", PNG, b"<svg/>"]})
    assert (422, True) == (page.status, SAYS["no-picture"] in " ".join(page.errors.values()))
    form = page.form(edit)
    assert (["Look again"], 2) == (form.values["text"], len([one for one in form.values["media"] if one]))
    assert ["my flag", "another", "a text", ""] == form.values["alts"]
    assert [200, 200] == [
        ann.http.get(one.all("img")[0]["src"]).status_code
        for one in page.document.all("div", cls="picture-field")
        if one.all("img")
    ]
    before = ben.open(address)
    assert (["a flag"], True) == ([alt for _, alt in pictures(before)], "Look again" not in before.text)
    ann.page = page
    page = ann.submit(edit)
    assert (["my flag", "another"], True) == ([alt for _, alt in pictures(page)], "Look again" in page.text)


@ON_SQLITE
def test_what_was_to_be_replaced_stays(site: Site, member: People) -> None:
    """A file that is no picture takes none away: the one that it was to replace is still in the form, and the post."""
    ann = member("ann")
    words = {"text": "Look", "alts": ["a flag", "", "", ""]}
    page = ann.submit("/posts", words, at="/compose", files={"pictures": [PNG]})
    before, edit = pictures(page), f"/posts/{page.path.rpartition('/')[2]}/edit"
    page = ann.submit(edit, {"text": "Look again"}, at=edit, files={"pictures": [b"<svg/>"]})
    assert (422, True) == (page.status, SAYS["no-picture"] in " ".join(page.errors.values()))
    page = ann.submit(edit)
    assert (before, True) == (pictures(page), "Look again" in page.text)
    page = ann.submit(edit, {"drop": before[0][0].split("/")[2]}, at=edit, files={"pictures": [b"<svg/>"]})
    assert ["", "", "", ""] == page.form(edit).values["alts"]
    assert [] == pictures(ann.submit(edit))


@ON_SQLITE
def test_an_edit_takes_nobody_elses_pictures(site: Site, member: People) -> None:
    """What stands in another post, or is somebody else's, is left out of an edit."""
    ann, ben = member("ann"), member("ben")
    page = ann.submit("/posts", {"text": "Mine"}, at="/compose", files={"pictures": [PNG]})
    hers = pictures(page)[0][0].split("/")[2]
    for author in (ann, ben):
        page = author.submit("/posts", {"text": "Look"}, at="/compose")
        edit = f"/posts/{page.path.rpartition('/')[2]}/edit"
        token = author.open(edit).form(edit).values["csrf"][0]
        fields = [("csrf", token), ("text", "Look"), ("media", hers), ("alts", "stolen")]
        assert 303 == sent(author, multipart(fields, []), edit)
        assert [] == pictures(author.open(page.path))
        answer = author.http.post(edit, json={"text": "Look", "media": [hers]}, headers={"X-CSRF-Token": token})
        assert 422 == answer.status_code
    assert [hers] == [address.split("/")[2] for address, _ in pictures(ann.open("/@ann"))]


@ON_SQLITE
def test_a_post_that_waits_keeps_its_pictures(site: Site, member: People) -> None:
    """They stay while it waits, however long, are added to and described otherwise, and are shown when it is said."""
    ann, day = member("ann"), 86_400_000
    due_at = iso(site.clock.now() + 3 * day)[:16]
    words = {"text": "Look", "alts": ["a flag", "", "", ""], "due_at": due_at}
    page = ann.submit("/posts", words, at="/compose", files={"pictures": [PNG]})
    assert ("/drafts", True) == (page.path, "With 1 picture" in page.text)
    change = page.links["Change it, or its time"]
    site.clock.advance(2 * day)
    site.run(sweep)
    typed = {"alts": ["my flag", "another", "", ""], "text": "Look at these"}
    page = ann.submit(change, typed, at=change, files={"pictures": [b"", PNG, b"<svg/>"]})
    form = page.form(change)
    assert (422, ["Look at these"], [due_at]) == (page.status, form.values["text"], form.values["due_at"])
    assert 2 == len([one for one in form.values["media"] if one])
    assert "With 2 pictures" in ann.submit(change).text
    site.clock.advance(day)
    site.run(say_due)
    assert ["my flag", "another"] == [alt for _, alt in pictures(ann.open("/@ann"))]
