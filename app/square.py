"""What a running square has."""

from collections import Counter
from typing import Final

from app.ballots import Polling
from app.census import CensusTaker
from app.clock import Clock
from app.config import Config
from app.feeds.ranked import Rankers
from app.feeds.trending import Trends
from app.figures import Counting
from app.identifiers import PostIds
from app.media.files import MediaFiles
from app.media.taking import Darkroom
from app.passwords import Passwords
from app.polls import BallotBox
from app.publishing import publishing_of
from app.rates import Rates
from app.record import Door
from app.shelf import Shelf
from app.steadiness import Steadiness
from app.store.engines import Database
from app.store.tiles import RowName
from app.streams import Streams
from app.witnessing import witnessing_of
from governance.charter import Charter


class Square:
    """Everything that a request may need, made once at the start and never changed.

    `polling` takes the ballots of votes on rules, `ballots` those of everyday polls; `counting` has the figures,
    `rankers` what is ranked, `trends` the hashtags that trend; `node` in [0, 32) tells apart the processes that make
    ids of posts at once. `files` has full tiles and bundles at hand, by path and whether they are gzip, and `rows` the
    hashes of tiles that are not full.
    `media` has the files of pictures, and `darkroom` makes them.
    `refusals` counts by clause what this process has refused to people.
    `rates` counts how often somebody calls the API, `census` how many are here. `streams` tells clients what happens.
    `steadiness` tells whether the clock jumped, where somebody looks.
    `publishing` says which checkpoints are shown; `witnessing` watches other logs, where it is not None.
    """

    def __init__(
        self, config: Config, clock: Clock, database: Database, door: Door, charter: Charter, *, node: int = 0
    ) -> None:
        self.config: Final = config
        self.clock: Final = clock
        self.database: Final = database
        self.door: Final = door
        self.charter: Final = charter
        self.steadiness: Final = Steadiness(clock)
        self.polling: Final = Polling(database, clock)
        self.ballots: Final = BallotBox(database, clock)
        self.counting: Final = Counting(database, clock)
        self.rankers: Final = Rankers(database, clock)
        self.trends: Final = Trends(database, clock)
        self.post_ids: Final = PostIds(node)
        self.passwords: Final = Passwords()
        self.files: Final[Shelf[tuple[str, bool]]] = Shelf(64 * 1024 * 1024)
        self.rows: Final[Shelf[RowName]] = Shelf(4 * 1024 * 1024)
        self.media: Final = MediaFiles(config.home)
        self.darkroom: Final = Darkroom()
        self.refusals: Final[Counter[str]] = Counter()
        self.rates: Final = Rates(database)
        self.census: Final = CensusTaker(database, clock)
        self.streams: Final = Streams(config, database)
        self.publishing: Final = publishing_of(config)
        self.witnessing: Final = witnessing_of(config)

    async def close(self) -> None:
        """Take nothing more, answer all who wait, and close the database."""
        await self.door.close()
        await self.polling.close()
        await self.ballots.close()
        await self.database.close()
