"""A client as people's apps are: it bears a token and speaks JSON."""

import httpx

from app.identifiers import account_id, day_of
from app.names import skeleton_of
from app.square import Square
from app.store.accounts import Account, account_by_handle, add_account
from app.store.engines import Database, Tx
from app.store.oauth import OauthApp, OauthToken, add_app, add_token, app_by_id
from tests.web.serving import Site

APP = 7
NUMBERS = iter(range(1, 1_000_000))


class Client:
    """Calls the API for somebody, whose account is made where it is not there yet."""

    def __init__(self, site: Site, handle: str, scopes: str) -> None:
        self.handle = handle
        self.account = 0
        headers = {}
        if handle:
            self.account, token = site.run(lambda square: _given(square, handle, scopes))
            headers["Authorization"] = f"Bearer {token}"
        self.http = httpx.Client(base_url=site.url, headers=headers, timeout=30)

    def get(self, path: str, **query: str | int) -> httpx.Response:
        """Read."""
        return self.http.get(path, params=query)

    def post(self, path: str, value: object = None, **headers: str) -> httpx.Response:
        """Send JSON; headers are written with underscores."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return self.http.post(path, json={} if value is None else value, headers=named)

    def close(self) -> None:
        """Close every connection."""
        self.http.close()


async def _given(square: Square, handle: str, scopes: str) -> tuple[int, str]:
    """The account of a handle, and a new token for it."""
    return await given(square.database, handle, scopes, square.clock.now())


async def given(database: Database, handle: str, scopes: str, now: int) -> tuple[int, str]:
    """The account of a handle, and a new token for it, written straight into a database."""
    number = next(NUMBERS)
    token = f"token-{number}"

    async def give(tx: Tx) -> int:
        if await app_by_id(tx, APP) is None:
            await add_app(tx, OauthApp(APP, "client", b"", "Some app", "", "", "read write follow push", day_of(now)))
        account = await account_by_handle(tx, handle)
        if account is None:
            account = Account(account_id(now), handle, "", "", "person", None, None, "en", "", day_of(now))
            assert await add_account(tx, account, skeleton_of(handle))
        await add_token(tx, token, OauthToken(number, APP, account.id, scopes, now, now))
        return account.id

    return await database.write(give), token
