"""A body is read as clients write it."""

from typing import Annotated

import pytest
from msgspec import Meta, Struct

from app.api.bodies import nested, read_values
from app.web.requests import Invalid


class Row(Struct, frozen=True):
    """One of several."""

    name: str
    value: str = ""


class Poll(Struct, frozen=True):
    """Something within."""

    options: list[str]
    expires_in: int = 0
    multiple: bool = False


class Form(Struct, frozen=True):
    """Everything that a body may hold."""

    status: str = ""
    sensitive: bool = False
    choices: list[int] = []
    rows: list[Row] = []
    poll: Poll | None = None
    until: int | None = None
    most: Annotated[int, Meta(le=5)] = 0


def read(*pairs: tuple[str, str]) -> Form:
    """What a form says."""
    return read_values(Form, nested(pairs))


def test_names_nest_as_clients_nest_them() -> None:
    """Lists, objects, numbered objects and lists of objects come out of one row of fields."""
    assert Form(choices=[0, 2]) == read(("choices[]", "0"), ("choices[]", "2"))
    assert Form(choices=[3]) == read(("choices", "3"))
    wanted = Form(poll=Poll(["a", "b"], 300, True))
    fields = (("poll[options][]", "a"), ("poll[options][]", "b"), ("poll[expires_in]", "300"), ("poll[multiple]", "on"))
    assert wanted == read(*fields)
    assert wanted == read_values(Form, {"poll": {"options": ["a", "b"], "expires_in": 300, "multiple": True}})
    rows = Form(rows=[Row("a", "1"), Row("b", "2")])
    named = [("rows[0][name]", "a"), ("rows[0][value]", "1"), ("rows[1][name]", "b"), ("rows[1][value]", "2")]
    assert rows == read(*named)
    assert rows == read(*[(name.replace("0", "").replace("1]", "]"), value) for name, value in named])
    assert rows == read_values(Form, {"rows": {"0": {"name": "a", "value": "1"}, "1": {"name": "b", "value": "2"}}})
    many = [(f"choices[{n}]", str(n)) for n in range(12)]
    assert Form(choices=list(range(12))) == read(*many)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("true", True), ("True", True), ("1", True), ("on", True), ("false", False), ("0", False), ("", False)],
)
def test_truth_has_many_spellings(written: str, meant: bool) -> None:
    """A switch is read however clients write it."""
    assert Form(sensitive=meant) == read(("sensitive", written))


def test_what_is_not_known_or_empty_is_left_out() -> None:
    """Clients send more than any server knows, null for what they do not set, and numbers for ids."""
    assert Form() == read_values(Form, {"unknown": {"a": [1]}, "poll": None, "until": ""})
    assert Form(poll=Poll(["a"])) == read(("poll[options][]", "a"), ("poll[expires_in]", ""))
    assert Form() == read(("a[b][c][d][e][f][g]", "x"), ("[", ""), ("]", ""))
    assert Form(status="12") == read_values(Form, {"status": 12})


@pytest.mark.parametrize(
    "values",
    [
        {"most": 6},
        {"most": "six"},
        {"choices": ["a"]},
        {"choices": {"a": 1}},
        {"sensitive": "maybe"},
        {"sensitive": []},
        {"status": ["a"]},
        {"status": True},
        {"status": "a\0b"},
        {"poll": "a"},
        {"poll": {}},
        {"poll": {"options": 1.5}},
        {"rows": [1]},
        {"rows": {"0": {"value": "x"}}},
        {"until": 2**70},
        {"until": []},
    ],
)
def test_the_wrong_type_is_refused_by_name(values: dict[str, object]) -> None:
    """Nothing that a client can send is a mistake of ours."""
    with pytest.raises(Invalid) as refused:
        read_values(Form, values)
    assert list(values) == list(refused.value.errors)
