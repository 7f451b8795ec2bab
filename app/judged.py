"""What those see who judge: the pictures of a post beside its words, whoever else is shown them."""

from app.history import pictures_of_versions
from app.media.pictures import Picture, pictures_of
from app.openings import Matter, decides, reader_of
from app.store.accounts import Account
from app.store.cases import cases_among
from app.store.edits import edits_of
from app.store.engines import Tx
from app.store.governed import value_of
from app.store.orders import emergencies_about, unshown_among
from app.store.posts import PostRow, find_post
from governance.cases import Subject
from governance.members import number


async def judges(tx: Tx, post: int, account: Account | None, now: int) -> bool:
    """Whether an account decides on a post: in a case or an emergency about it, or in a jury that sits on one.

    As with its words (app/openings.py), an emergency that stands is the stewards' as well. What nobody is shown
    nobody judges by looking at it.
    """
    named = str(post)
    subject = await value_of(tx, Subject, named) if account is not None and account.member is not None else None
    if subject is None or named in await unshown_among(tx, [named]):
        return False
    cases = await cases_among(tx, sorted({known.case for known in subject.cases}))
    emergencies = await emergencies_about(tx, [named])
    reader = await reader_of(tx, account, {*cases, *emergencies}, now)
    if reader.is_steward and any(one.stands_at(now) for one in emergencies.values()):
        return True
    matters = [Matter(index, case.author, case.deciders, False) for index, case in cases.items()]
    for index, one in emergencies.items():
        signed = tuple(number(person) for person in (one.by, one.second) if person)
        matters.append(Matter(index, one.author, signed, False))
    return any(decides(matter, reader) for matter in matters)


async def pictures_judged(tx: Tx, post: int, version: int, account: Account | None, now: int) -> tuple[Picture, ...]:
    """The pictures of a version of a post, for its author and for who judges it; for everybody else none."""
    row = await find_post(tx, post)
    if row is None or row.deleted_at is not None or account is None:
        return ()
    if row.account != account.id and not await judges(tx, post, account, now):
        return ()
    return await _pictures(tx, row, version, account.id, now)


async def _pictures(tx: Tx, row: PostRow, version: int, reader: int, now: int) -> tuple[Picture, ...]:
    if version == row.version:
        return (await pictures_of(tx, [row.id], reader, now)).get(row.id, ())
    edits = [edit for edit in await edits_of(tx, row.id) if edit.version == version]
    return (await pictures_of_versions(tx, edits, reader, now)).get(version, ())
