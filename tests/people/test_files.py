"""Files of people as Mastodon exports them: brought along whole, named who is not here, and taken away again."""

from collections.abc import Callable

import pytest

from app.imports.people import MOST_ROWS, Row, Unreadable, handle_of, read_rows
from tests.web.client import Browser, Program
from tests.web.serving import ON_SQLITE

Programs = Callable[[str], Program]
FOLLOWING = (
    "Account address,Show boosts,Notify on new posts,Languages\n"
    'ben@{host},true,false,\nCleo@{host},false,true,"en, de"\n'
    "far@elsewhere.example,true,false,\nnobody@{host},true,false,\n"
)


def brought(program: Program, kind: str, text: str) -> dict[str, object]:
    """What came of a file."""
    answer = program.post(
        "/me/import", {"kind": kind, "file": text.replace("{host}", program.http.base_url.netloc.decode())}
    )
    assert 200 == answer.status_code, answer.text
    result = answer.json()["result"]
    assert isinstance(result, dict)
    return result


def taken(program: Program, kind: str) -> str:
    """A file of one's own, with the square's name taken out."""
    answer = program.get(f"/me/export/{kind}")
    assert "text/csv; charset=utf-8" == answer.headers["content-type"]
    return answer.text.replace(program.http.base_url.netloc.decode(), "{host}")


def test_whom_one_followed_elsewhere_is_followed_here(program: Programs) -> None:
    """Everybody who is here, as they were followed; the others are named; and the file can be taken away again."""
    ann = program("ann")
    for handle in ("ben", "cleo"):
        program(handle)
    told = brought(ann, "following", FOLLOWING)
    unknown = ["far@elsewhere.example", f"nobody@{ann.http.base_url.netloc.decode()}"]
    assert (2, unknown, []) == (told["done"], told["unknown"], told["not_possible"])
    assert (
        "Account address,Show boosts,Notify on new posts,Languages\nben@{host},true,false,\ncleo@{host},false,true,\n"
    ) == taken(ann, "following")
    assert 2 == ann.get("/@ann").json()["following"]
    assert 2 == brought(ann, "following", taken(ann, "following"))["done"]
    assert 2 == ann.get("/@ann").json()["following"]


def test_blocks_mutes_and_lists_go_the_same_way(program: Programs) -> None:
    """Each there and back again; who cannot stand in a list, or is oneself, is named."""
    ann = program("ann")
    for handle in ("ben", "cleo", "dan"):
        program(handle)
    told = brought(ann, "blocks", "dan@{host}\nann@{host}\n")
    assert (1, [f"ann@{ann.http.base_url.netloc.decode()}"]) == (told["done"], told["not_possible"])
    mutes = "Account address,Hide notifications\nben@{host},true\ncleo@{host},false\n"
    assert 2 == brought(ann, "mutes", mutes)["done"]
    ann.post("/@ben/follow")
    lists = 'Friends,ben@{host}\n"One, two",ben@{host}\nFriends,cleo@{host}\n'
    told = brought(ann, "lists", lists)
    assert (2, [f"cleo@{ann.http.base_url.netloc.decode()}"]) == (told["done"], told["not_possible"])
    assert ["dan@{host}\n", mutes] == [taken(ann, "blocks"), taken(ann, "mutes")]
    assert 'Friends,ben@{host}\n"One, two",ben@{host}\n' == taken(ann, "lists")
    assert 409 == ann.post("/@dan/follow").status_code
    assert [f"dan@{ann.http.base_url.netloc.decode()}"] == brought(ann, "following", "dan@{host}")["not_possible"]


@ON_SQLITE
def test_a_page_takes_the_file(member: Callable[[str], Browser]) -> None:
    """Its text is put into a form; what cannot be read is said, and kept."""
    ann = member("ann")
    member("ben")
    page = ann.submit("/me/import", {"kind": "following", "file": "ben\nfar@elsewhere.example"}, at="/me/import")
    assert "1 account of the file is here" in page.text
    assert "far@elsewhere.example" in page.text
    assert "ben" in ann.open("/@ann/following").text
    files = {"upload": [b"Account address,Hide notifications\nben,true\n"]}
    page = ann.submit("/me/import", {"kind": "mutes"}, at="/me/import", files=files)
    assert "1 account of the file is here" in page.text
    assert "Muted for good" in ann.open("/me/mutes").text
    page = ann.submit("/me/import", {"kind": "mutes"}, at="/me/import", files={"upload": [b"\xff\xfe"]})
    assert (422, True) == (page.status, "This value cannot be used" in page.text)
    assert 422 == ann.submit("/me/import", {"kind": "mutes"}, at="/me/import").status
    page = ann.submit("/me/import", {"kind": "lists", "file": "Friends"}, at="/me/import")
    assert (422, True) == (page.status, "Line 1 cannot be read" in page.text)
    assert "Friends" in page.form("/me/import").values["file"]


@ON_SQLITE
def test_what_is_no_such_file_is_refused(program: Programs) -> None:
    """Another kind, no text, too many rows; nothing is done then, and visitors have no files."""
    ann = program("ann")
    program("ben")
    for wrong in (
        {"kind": "everything", "file": "ben"},
        {"kind": "following"},
        {"kind": "following", "file": ""},
        {"kind": "following", "file": "ben\n" * (MOST_ROWS + 1)},
        {"kind": "following", "file": 'ben\n"ben'},
        {"kind": "following", "file": "ben\nnot an address\n"},
    ):
        assert 422 == ann.post("/me/import", wrong).status_code, wrong
    assert 0 == ann.get("/@ann").json()["following"]
    assert 401 == program("").get("/me/export/following").status_code
    assert ann.get("/me/export/everything").status_code in (404, 422)


def test_a_file_is_read_by_its_head() -> None:
    """Columns by their names where there is a head, in Mastodon's order where not; a byte order mark is no text."""
    head = "\ufeffAccount address,Notify on new posts,Show boosts\r\nben,true,false\r\n"
    assert [Row("ben", False, True)] == read_rows("following", head)
    assert [Row("ben", True, False), Row("cleo", True, True)] == read_rows("following", "@ben\n\ncleo,true,true")
    assert [Row("ben", True, False)] == read_rows("mutes", "ben")
    assert [] == read_rows("blocks", "\n\n")
    with pytest.raises(Unreadable, match="line 2"):
        read_rows("lists", "Friends,ben\nFriends\n")


def test_an_address_is_of_this_square_or_of_none() -> None:
    """With the square's name, with or without its port, or bare; capital letters are small ones."""
    for address in ("ben", "BEN", "ben@square.example", "acct:ben@square.example:8000", "Ben@Square.Example"):
        assert "ben" == handle_of(address, "square.example:8000")
    for address in ("ben@elsewhere.example", "ben@example", "ben@@square.example"):
        assert "" == handle_of(address, "square.example")
