"""Make what the suites of others look for on a square: `python -m tests.clients.seed`, in the home of ISEGORIA_HOME.

Mastodon.py asks for four accounts, a program and three tokens by name; toot registers its people by itself.
"""

import asyncio
import os
from typing import Final

from app.clock import SystemClock
from app.config import read_config
from app.founding import charter_file, found
from app.identifiers import account_id, day_of
from app.names import skeleton_of
from app.passwords import Passwords
from app.resources import policy_text
from app.running import open_square
from app.square import Square
from app.store.accounts import Account, Credential, account_by_handle, add_account, add_credential
from app.store.engines import Tx, connect, migrate
from app.store.oauth import OauthApp, OauthToken, add_app, add_token
from app.store.profiles import Profile, save_profile
from app.store.sessions import hash_of
from governance.charter import read_charter

NAME: Final = "__MASTODON_PY_TEST"
PASSWORD: Final = "5fc638e0e53eafd9c4145b6bb852667d"
APP: Final = 1_234_567_890_123_456
SCOPES: Final = "read write follow push"
PEOPLE: Final = ("mastodonpy_test", "mastodonpy_test_2", "admin", "admin2")
TOKENS: Final = {"": "mastodonpy_test", "_2": "admin", "_3": "mastodonpy_test_2"}
OUT_OF_BAND: Final = "urn:ietf:wg:oauth:2.0:oob"


async def seed(square: Square) -> None:
    """Enter the people, the program and the tokens."""
    phc = await Passwords().hash(PASSWORD)
    now = square.clock.now()

    async def enter(tx: Tx) -> None:
        for handle in PEOPLE:
            account = Account(account_id(now), handle, "", "", "person", None, None, "ja", "", day_of(now))
            assert await add_account(tx, account, skeleton_of(handle)), f"somebody is called {handle} already"
            await add_credential(tx, Credential(account.id, phc, f"{handle}@localhost"))
            await save_profile(tx, Profile(account.id, locked=handle == PEOPLE[0]))
        secret = hash_of(f"{NAME}_CLIENT_SECRET")
        said = (f"{NAME}_CLIENT_ID", secret, "Mastodon.py test suite", "", OUT_OF_BAND, SCOPES, day_of(now))
        await add_app(tx, OauthApp(APP, *said))
        for number, (suffix, handle) in enumerate(TOKENS.items(), 1):
            owner = await account_by_handle(tx, handle)
            assert owner is not None
            await add_token(tx, f"{NAME}_ACCESS_TOKEN{suffix}", OauthToken(number, APP, owner.id, SCOPES, now, now))

    await square.database.write(enter)


async def main() -> None:
    """Found a square where there is none, and seed it."""
    config, clock = read_config(os.environ), SystemClock()
    if not charter_file(config.home).exists():
        config.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        await migrate(config)
        database = await connect(config)
        try:
            await found(config, database, clock, read_charter(policy_text()), "The Square", "square.example/clients")
        finally:
            await database.close()
    async with open_square(config, clock) as square:
        await seed(square)


if __name__ == "__main__":
    asyncio.run(main())
