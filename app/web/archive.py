"""All that one has here, as one file: asked for with the password once more, for whoever has it has everything."""

from typing import Final
from urllib.parse import urlsplit

from litestar import post
from litestar.response import Stream
from msgspec import Struct

from app.api.paging import root_of
from app.api.views import View
from app.exports.archive import Archive, files_of
from app.exports.zipping import zipped
from app.square import Square
from app.store import accounts
from app.store.governed import value_of
from app.web.limits import SIGN_IN, count
from app.web.requests import Invalid, PageRequest
from app.web.sentences import say
from app.web.settings import Secret, settings_page
from app.web.visits import Visit, account_of, signed_in
from governance.members import SQUARE
from governance.members import Square as Founded

ZIP: Final = "application/zip"


class ArchiveForm(Struct, frozen=True):
    """The password, once more."""

    password: Secret


@post(
    "/settings/archive",
    tags=["settings"],
    guards=[signed_in],
    status_code=200,
    media_type=ZIP,
    opt={"again": settings_page},
)
async def send_archive(request: PageRequest, square: Square, visit: Visit, data: ArchiveForm) -> Stream:
    """Posts, pictures, lists, and the proofs of what the ledger says under one's number, as a zip file."""
    await count(square, request, SIGN_IN)
    account, now = account_of(visit), square.clock.now()
    credential = await square.database.read(lambda tx: accounts.credential_of(tx, account.id))
    if not await square.passwords.matches(credential.phc if credential else None, data.password):
        raise Invalid({"password": say("This is not your password.")})
    founded = await square.database.read(lambda tx: value_of(tx, Founded, SQUARE))
    root = root_of(request)
    one = Archive(
        square=square,
        account=account,
        view=View(account.id, now, visit.country, root),
        host=urlsplit(root).netloc,
        name=founded.name if founded is not None else root,
    )
    headers = {
        "Content-Disposition": f'attachment; filename="archive-{account.handle}.zip"',
        "Cache-Control": "no-store",
    }
    return Stream(zipped(files_of(one), now), media_type=ZIP, headers=headers)


routes = [send_archive]
