"""What a running square has."""

from typing import Final

from app.clock import Clock
from app.config import Config
from app.identifiers import PostIds
from app.passwords import Passwords
from app.record import Door
from app.store.engines import Database
from governance.charter import Charter


class Square:
    """Everything that a request may need, made once at the start and never changed.

    `node` in [0, 32) tells apart the processes that make post ids at once.
    """

    def __init__(
        self, config: Config, clock: Clock, database: Database, door: Door, charter: Charter, *, node: int = 0
    ) -> None:
        self.config: Final = config
        self.clock: Final = clock
        self.database: Final = database
        self.door: Final = door
        self.charter: Final = charter
        self.post_ids: Final = PostIds(node)
        self.passwords: Final = Passwords()
