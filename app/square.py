"""What a running square has."""

from typing import Final

from app.ballots import Polling
from app.clock import Clock
from app.config import Config
from app.identifiers import PostIds
from app.passwords import Passwords
from app.polls import BallotBox
from app.record import Door
from app.store.engines import Database
from governance.charter import Charter


class Square:
    """Everything that a request may need, made once at the start and never changed.

    `polling` takes the ballots of votes on rules, `ballots` those of everyday polls.
    """

    def __init__(
        self,
        *,
        config: Config,
        clock: Clock,
        database: Database,
        door: Door,
        polling: Polling,
        ballots: BallotBox,
        charter: Charter,
        post_ids: PostIds,
    ) -> None:
        self.config: Final = config
        self.clock: Final = clock
        self.database: Final = database
        self.door: Final = door
        self.polling: Final = polling
        self.ballots: Final = ballots
        self.charter: Final = charter
        self.post_ids: Final = post_ids
        self.passwords: Final = Passwords()
