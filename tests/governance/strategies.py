"""Hypothesis strategies for everything that the types of an entry allow, derived from the types themselves."""

from functools import cache

import msgspec
from hypothesis import strategies as st
from msgspec import inspect

from governance.entry import AnyAct, Entry

LARGE = 2**53


def entries() -> st.SearchStrategy[Entry]:
    """Any entry that could be encoded, lawful or not."""
    return of_type(Entry).map(lambda plain: msgspec.convert(plain, Entry))


def acts() -> st.SearchStrategy[AnyAct]:
    """Any act that could be encoded, lawful or not."""
    return entries().map(lambda entry: entry.act)


@cache
def of_type(wanted: type) -> st.SearchStrategy[object]:
    """Plain values that convert to a type."""
    return _of(inspect.type_info(wanted))


def _of(info: inspect.Type) -> st.SearchStrategy[object]:
    match info:
        case inspect.Metadata(type=inspect.StrType(max_length=longest), extra={"form": str(form)}):
            return st.from_regex(form, fullmatch=True).filter(lambda text: len(text) <= (longest or 10_000))
        case inspect.StructType():
            return _of_struct(info)
        case inspect.UnionType(types=types):
            return st.one_of([_of(one) for one in types])
        case inspect.LiteralType(values=values):
            return st.sampled_from(values)
        case inspect.BoolType():
            return st.booleans()
        case inspect.IntType(ge=low, lt=above, le=high):
            least = low if low is not None else -LARGE
            most = high if high is not None else (above if above is not None else LARGE) - 1
            return st.integers(least, most)
        case inspect.StrType():
            return _of_text(info)
        case inspect.TupleType(item_types=items):
            return st.tuples(*(_of(one) for one in items))
        case inspect.VarTupleType(item_type=item, min_length=least, max_length=most):
            return st.lists(_of(item), min_size=least or 0, max_size=min(most or 4, 4))
        case _:
            raise AssertionError(f"an entry holds no {info}")


def _of_struct(info: inspect.StructType) -> st.SearchStrategy[object]:
    fields = {field.encode_name: _of(field.type) for field in info.fields}
    if info.tag_field:
        fields[info.tag_field] = st.just(info.tag)
    return st.fixed_dictionaries(fields)


def _of_text(info: inspect.StrType) -> st.SearchStrategy[object]:
    if info.pattern is None:
        text = st.text(min_size=info.min_length or 0, max_size=20)
        return st.one_of(text, st.just("DECISION_GROUND_ILLEGAL_CONTENT"))
    longest = info.max_length or 10_000
    return st.from_regex(info.pattern).filter(lambda text: len(text) <= longest)
