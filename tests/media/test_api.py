"""Clients send pictures, describe them and show them in posts; what cannot be used is told in the API's own shape."""

import asyncio
from base64 import b64encode

import httpx
import msgspec
import pytest

from app.api.entities import MediaAttachment, Status
from app.api.speech import statuses_as
from app.api.views import View
from app.media.keeping import keep_picture
from app.media.taking import AT_ONCE, MOST_WAITING, Taken
from app.posts import show_posts
from app.square import Square
from app.store.engines import Tx
from app.store.posts import posts_among
from app.store.visibility import Visibility
from app.writing import Words, write_post
from tests.api.client import Client
from tests.media.hostile import REFUSED, drawn, endless_jpeg, photographed, saved
from tests.web.client import Browser
from tests.web.serving import ON_SQLITE, Site

PNG = saved(drawn(), "PNG")
SCOPES = "read write"


def sends(client: Client, data: bytes = PNG, **fields: str) -> httpx.Response:
    """A client sends a picture."""
    return client.http.post("/api/v2/media", files={"file": ("IMG_1.JPG", data, "image/jpeg")}, data=fields)


def read(answer: httpx.Response) -> MediaAttachment:
    """The picture that an answer tells of."""
    assert 200 == answer.status_code, answer.text
    return msgspec.json.decode(answer.content, type=MediaAttachment)


def posts(site: Site, client: Client, *media: str, visibility: Visibility = "public") -> int:
    """A post of a client's with pictures."""
    words = Words("Look", "en", visibility=visibility, media=tuple(map(int, media)))
    post = site.run(lambda square: write_post(square, client.account, None, words))
    assert post is not None
    return post


def shown(site: Site, post: int, reader: int | None) -> Status:
    """A post as the API tells it to a reader."""

    async def work(square: Square) -> Status:
        now = square.clock.now()

        async def load(tx: Tx) -> Status:
            posts = await show_posts(tx, await posts_among(tx, [post]), reader, now)
            return (await statuses_as(tx, posts, View(reader, now, "", site.url)))[0]

        return await square.database.read(load)

    return site.run(work)


def test_a_picture_is_sent_described_and_posted(site: Site) -> None:
    """Both addresses take it; its words and focus may change until it stands in a post, and then it is shown there."""
    ann = Client(site, "ann", SCOPES)
    sent = read(sends(ann, photographed(6), description="a flag", focus="-0.5,0.25"))
    assert ("image", "a flag") == (sent.type, sent.description)
    assert (480, 640, "480x640", 0.75) == msgspec.structs.astuple(sent.meta.original)
    assert (300, 400) == (sent.meta.small.width, sent.meta.small.height)
    assert (-0.5, 0.25) == (sent.meta.focus.x, sent.meta.focus.y)
    other = ann.http.post("/api/v1/media", files={"file": ("x", PNG)})
    assert read(other).description is None
    path = f"/api/v1/media/{sent.id}"
    assert sent == read(ann.get(path))
    changed = read(ann.http.put(path, json={"description": "a torn flag", "focus": "7,nan"}))
    assert ("a torn flag", 0.0, 0.0) == (changed.description, changed.meta.focus.x, changed.meta.focus.y)
    assert "a torn flag" == read(ann.http.put(path, data={"focus": "1,1"})).description
    post = posts(site, ann, sent.id, read(other).id)
    status = shown(site, post, None)
    assert [sent.id, read(other).id] == [one.id for one in status.media_attachments]
    assert 404 == ann.http.put(path, json={"description": "too late"}).status_code
    assert 404 == ann.http.delete(path).status_code
    assert "a torn flag" == read(ann.get(path)).description


def test_an_image_that_bears_no_token_has_a_ticket(site: Site) -> None:
    """What not everybody may see has an address that says who asks; what all may see has a plain one."""
    ann, stranger = Client(site, "ann", SCOPES), Client(site, "stranger", SCOPES)
    waiting = read(sends(ann))
    assert "?to=" in waiting.url and "?to=" in waiting.preview_url
    assert (200, 200) == (httpx.get(waiting.url).status_code, httpx.get(waiting.preview_url).status_code)
    plain = waiting.url.partition("?")[0]
    asking = (httpx.get(plain), stranger.http.get(plain), ann.http.get(plain))
    assert [404, 404, 200] == [answer.status_code for answer in asking]
    hidden = posts(site, ann, waiting.id, visibility="followers")
    (own,) = shown(site, hidden, ann.account).media_attachments
    assert 200 == httpx.get(own.url).status_code
    public = read(sends(ann))
    post = posts(site, ann, public.id)
    (seen,) = shown(site, post, stranger.account).media_attachments
    assert seen.url == public.url.partition("?")[0]
    assert 200 == httpx.get(seen.url).status_code
    preflight = httpx.options(seen.url, headers={"Origin": "https://an.app", "Access-Control-Request-Method": "GET"})
    assert (204, "*") == (preflight.status_code, preflight.headers["access-control-allow-origin"])
    poor = Client(site, "ann", "write")
    for token, status in (("Bearer none", 404), (poor.http.headers["Authorization"], 404), ("Basic x", 404)):
        asked = httpx.get(own.url.partition("?")[0], headers={"Authorization": token})
        assert status == asked.status_code, token
        assert 200 == httpx.get(seen.url, headers={"Authorization": token}).status_code


@ON_SQLITE
@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_in_the_shape_of_the_api(site: Site, name: str) -> None:
    """What is no picture is 422 with the reason."""
    answer = sends(Client(site, "ann", SCOPES), REFUSED[name][0])
    assert 422 == answer.status_code
    assert answer.json()["error"].startswith("Validation failed: ")


@ON_SQLITE
def test_what_clients_get_wrong(site: Site) -> None:
    """Missing, foreign and ill-typed things are told, and nothing of anybody else's is touched."""
    ann, ben = Client(site, "ann", SCOPES), Client(site, "ben", SCOPES)
    for answer, status in (
        (ann.post("/api/v2/media", {}), 422),
        (ann.post("/api/v2/media", {"file": "a picture"}), 422),
        (ann.http.post("/api/v2/media", data={"file": "a picture"}), 422),
        (ann.http.post("/api/v2/media", files={"file": ("x", b"")}), 422),
        (ann.http.post("/api/v2/media", content=b"--", headers={"Content-Type": "multipart/form-data"}), 422),
        (ann.http.post("/api/v2/media", files={"file": PNG, "description": b"\xff\xfe\xfa"}), 422),
        (sends(ann, description="x" * 1501), 422),
        (sends(Client(site, "", "")), 401),
        (sends(Client(site, "ann", "read")), 403),
    ):
        assert (status, True) == (answer.status_code, bool(answer.json()["error"])), answer.text
    sent = read(sends(ann))
    for id_ in (sent.id, "1", "0", "x", "9" * 40):
        path = f"/api/v1/media/{id_}"
        answers = (ben.get(path), ben.http.put(path, json={"description": "mine"}), ben.http.delete(path))
        assert [404] * 3 == [answer.status_code for answer in answers]
    assert sent == read(ann.get(f"/api/v1/media/{sent.id}"))
    gone = ann.http.delete(f"/api/v1/media/{sent.id}/")
    assert (200, {}) == (gone.status_code, gone.json())
    assert 404 == ann.get(f"/api/v1/media/{sent.id}").status_code


@ON_SQLITE
def test_accounts_have_faces(site: Site) -> None:
    """An account tells of its avatar and header where it has them, and of the square's own where it has none."""
    ann = Client(site, "ann", SCOPES)
    before = ann.get(f"/api/v1/accounts/{ann.account}").json()
    assert before["avatar"].endswith(".png") and "/static/" in before["avatar"]
    site.run(lambda square: keep_picture(square, ann.account, PNG, "avatar", "me"))
    site.run(lambda square: keep_picture(square, ann.account, PNG, "header", "my street"))
    told = ann.get(f"/api/v1/accounts/{ann.account}").json()
    assert ("me", "my street") == (told["avatar_description"], told["header_description"])
    for name in ("avatar", "avatar_static", "header", "header_static"):
        assert "image/png" == httpx.get(told[name]).headers["content-type"]
    address = f"data:image/png;base64,{b64encode(PNG).decode()}"
    form = {"avatar": address, "avatar_description": "me again"}
    for answer in (
        ann.http.patch("/api/v1/accounts/update_credentials", data=form),
        ann.http.patch("/api/v1/accounts/update_credentials", json=form),
    ):
        assert "me again" == answer.json()["avatar_description"]
    for wrong in ("data:image/png;base64,!", "data:,", "me.png", address.replace("image/png;base64,", "")):
        assert 422 == ann.http.patch("/api/v1/accounts/update_credentials", json={"avatar": wrong}).status_code
    gone = ann.http.delete("/api/v1/profile/avatar").json()
    assert (before["avatar"], "", told["header"]) == (gone["avatar"], gone["avatar_description"], gone["header"])
    assert before["header"] == ann.http.delete("/api/v1/profile/header").json()["header"]
    assert 200 == ann.http.delete("/api/v1/profile/header").status_code


@ON_SQLITE
def test_many_pictures_at_once(site: Site) -> None:
    """Whoever comes while many wait is told to come again, here and on the pages; reading goes on."""
    ann = Client(site, "ann", SCOPES)
    sent = read(sends(ann))
    slow = endless_jpeg(40_000)

    async def crowd(square: Square) -> list[asyncio.Task[Taken]]:
        room = AT_ONCE + MOST_WAITING
        tasks = [asyncio.create_task(square.darkroom.take(slow, "picture", n)) for n in range(room)]
        await asyncio.sleep(0)
        return tasks

    async def leave(_: Square, tasks: list[asyncio.Task[Taken]]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    tasks = site.run(crowd)
    refused = sends(ann)
    assert (503, "5") == (refused.status_code, refused.headers["retry-after"])
    assert refused.json()["error"]
    with Browser(site.url) as ben:
        ben.submit("/join", {"handle": "ben", "password": "nine herons over it", "age": "on"}, at="/join")
        page = ben.submit("/posts", {"text": "Look at this"}, at="/compose", files={"pictures": [PNG]})
        assert (503, True) == (page.status, "Look at this" in page.html)
    assert 200 == httpx.get(sent.url).status_code
    site.run(lambda square: leave(square, tasks))
    assert read(sends(ann)).type == "image"


@ON_SQLITE
def test_what_takes_too_long_is_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture that is not drawn in time is 422, and the next one is taken."""
    monkeypatch.setattr("app.media.taking.MOST_SECONDS", 1.0)
    ann = Client(site, "ann", SCOPES)
    answer = sends(ann, endless_jpeg(40_000))
    assert (422, True) == (answer.status_code, "too long" in answer.json()["error"])
    monkeypatch.undo()
    assert read(sends(ann)).type == "image"


@ON_SQLITE
def test_a_client_posts_pictures(site: Site) -> None:
    """A status shows the pictures that it names, in order; too many, another's and those posted are refused."""
    ann, ben = Client(site, "ann", SCOPES), Client(site, "ben", SCOPES)
    ids = [read(sends(ann, saved(drawn(size=(50 + n, 50)), "PNG"))).id for n in range(5)]
    for media in (ids, [read(sends(ben)).id], [ids[0], "1"]):
        assert 422 == ann.post("/api/v1/statuses", {"status": "Look", "media_ids": media}).status_code
    made = ann.post("/api/v1/statuses", {"status": "", "media_ids": [ids[2], ids[0]]})
    assert 200 == made.status_code, made.text
    assert [ids[2], ids[0]] == [one["id"] for one in made.json()["media_attachments"]]
    again = ann.http.post("/api/v1/statuses", data={"status": "again", "media_ids[]": ids[0]})
    assert 422 == again.status_code
    form = ann.http.post("/api/v1/statuses", data={"status": "", "media_ids[]": [ids[4], ids[1]]})
    assert [ids[4], ids[1]] == [one["id"] for one in form.json()["media_attachments"]]
    gone = ann.http.delete(f"/api/v1/statuses/{made.json()['id']}")
    assert 200 == gone.status_code
    redrafted = [one["id"] for one in gone.json()["media_attachments"]]
    assert [ids[2], ids[0]] == redrafted
    made = ann.post("/api/v1/statuses", {"status": "", "media_ids": redrafted})
    assert 200 == made.status_code
    assert 200 == ann.http.delete(f"/api/v1/statuses/{made.json()['id']}?delete_media=true").status_code
    assert 422 == ann.post("/api/v1/statuses", {"status": "", "media_ids": redrafted}).status_code
