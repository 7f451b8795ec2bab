"""What the API tells of the square itself, in the names that clients know."""

from msgspec import Struct

from app.api.entities import Account
from app.media.keeping import LONGEST_DESCRIPTION
from app.media.taking import LARGEST, MOST_PIXELS
from app.names import LONGEST_NAME
from app.polls import LONGEST, MOST_OPTIONS, SHORTEST
from app.store.media import MOST_IN_A_POST
from app.store.tagfeatures import MOST_SHOWN
from app.text import MOST_GRAPHEMES
from app.web.composing import LONGEST_OPTION
from app.web.presenting import LONGEST_BIO, LONGEST_LABEL, LONGEST_VALUE, MOST_FIELDS

PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif")


class Accounts(Struct, frozen=True):
    """How long what people say of themselves may be."""

    max_featured_tags: int = MOST_SHOWN
    max_pinned_statuses: int = 5
    max_profile_fields: int = MOST_FIELDS
    profile_field_name_limit: int = LONGEST_LABEL
    profile_field_value_limit: int = LONGEST_VALUE
    max_display_name_length: int = LONGEST_NAME
    max_note_length: int = LONGEST_BIO
    max_avatar_description_length: int = LONGEST_DESCRIPTION
    max_header_description_length: int = LONGEST_DESCRIPTION


class Statuses(Struct, frozen=True):
    """How long a post may be; clients want to know what an address counts as when they count themselves."""

    max_characters: int = MOST_GRAPHEMES
    max_media_attachments: int = MOST_IN_A_POST
    characters_reserved_per_url: int = 23


class Media(Struct, frozen=True):
    """What pictures are taken; there are no films and no sounds."""

    supported_mime_types: tuple[str, ...] = PICTURES
    description_limit: int = LONGEST_DESCRIPTION
    image_size_limit: int = LARGEST
    image_matrix_limit: int = MOST_PIXELS
    video_size_limit: int = 0
    video_frame_rate_limit: int = 0
    video_matrix_limit: int = 0


class Polls(Struct, frozen=True):
    """What a poll may be, times in seconds."""

    max_options: int = MOST_OPTIONS
    max_characters_per_option: int = LONGEST_OPTION
    min_expiration: int = SHORTEST // 1000
    max_expiration: int = LONGEST // 1000


class ConfigurationV1(Struct, frozen=True):
    """What holds for those who post."""

    accounts: Accounts = Accounts()
    statuses: Statuses = Statuses()
    media_attachments: Media = Media()
    polls: Polls = Polls()


class Urls(Struct, frozen=True):
    """Where things are; some clients look for streams by the name of the older description."""

    streaming: str
    streaming_api: str
    about: str
    privacy_policy: str | None = None
    terms_of_service: str | None = None
    status: str | None = None


class Vapid(Struct, frozen=True):
    """Nothing is pushed from here, so there is no key for it."""

    public_key: str = ""


class Translation(Struct, frozen=True):
    """Nothing is translated here."""

    enabled: bool = False


class Feed(Struct, frozen=True):
    """Everybody may read it."""

    local: str = "public"
    remote: str = "public"


class Access(Struct, frozen=True):
    """Who may read which timelines."""

    live_feeds: Feed = Feed()
    hashtag_feeds: Feed = Feed()
    trending_link_feeds: Feed = Feed()


class Configuration(ConfigurationV1, frozen=True, kw_only=True):
    """The same, with where things are."""

    urls: Urls
    vapid: Vapid = Vapid()
    translation: Translation = Translation()
    timelines_access: Access = Access()
    limited_federation: bool = False


class Rule(Struct, frozen=True):
    """A rule in force: its title, and its words. `id` is its number; it is read and voted at `/rules/ID`."""

    id: str
    text: str
    hint: str
    translations: dict[str, str] = {}


class Stats(Struct, frozen=True):
    """How many are here."""

    user_count: int
    status_count: int
    domain_count: int = 1


class StreamingUrl(Struct, frozen=True):
    """Where streams are."""

    streaming_api: str


class InstanceV1(Struct, frozen=True, kw_only=True):
    """The square, as older clients ask for it; some know how long a post may be by `max_toot_chars` alone."""

    uri: str
    title: str
    short_description: str
    description: str
    email: str
    version: str
    urls: StreamingUrl
    stats: Stats
    thumbnail: str
    languages: tuple[str, ...]
    registrations: bool
    approval_required: bool = False
    invites_enabled: bool
    max_toot_chars: int = MOST_GRAPHEMES
    configuration: ConfigurationV1 = ConfigurationV1()
    contact_account: Account | None
    rules: tuple[Rule, ...]


class ActiveUsers(Struct, frozen=True):
    """How many posted within a month."""

    active_month: int


class Usage(Struct, frozen=True):
    """How much is going on."""

    users: ActiveUsers


class Thumbnail(Struct, frozen=True):
    """A picture of the square."""

    url: str
    description: str = ""


class Icon(Struct, frozen=True):
    """A small one."""

    src: str
    size: str


class Registrations(Struct, frozen=True, kw_only=True):
    """How one joins."""

    enabled: bool
    approval_required: bool = False
    reason_required: bool = False
    message: str | None
    min_age: int = 16
    url: str


class Contact(Struct, frozen=True):
    """Whom to turn to."""

    email: str
    account: Account | None


class InstanceV2(Struct, frozen=True, kw_only=True):
    """The square."""

    domain: str
    title: str
    version: str
    source_url: str
    description: str
    usage: Usage
    thumbnail: Thumbnail
    icon: tuple[Icon, ...]
    languages: tuple[str, ...]
    configuration: Configuration
    registrations: Registrations
    api_versions: dict[str, int]
    wrapstodon: None = None
    contact: Contact
    rules: tuple[Rule, ...]


class Activity(Struct, frozen=True):
    """A week, its begin in Unix seconds; who signs in when is not counted."""

    week: str
    statuses: str
    registrations: str
    logins: str = "0"


class Spoken(Struct, frozen=True):
    """A language, by its tag and by the name that it has for itself."""

    code: str
    name: str


class Description(Struct, frozen=True):
    """What the square says of itself at length, in HTML; it changes by vote alone."""

    updated_at: str
    content: str


class Preferences(Struct, frozen=True, kw_only=True, rename={
    "visibility": "posting:default:visibility",
    "sensitive": "posting:default:sensitive",
    "language": "posting:default:language",
    "quote_policy": "posting:default:quote_policy",
    "media": "reading:expand:media",
    "spoilers": "reading:expand:spoilers",
    "gifs": "reading:autoplay:gifs",
}):  # fmt: skip
    """What new posts begin with; how somebody reads is left to their client."""

    visibility: str
    sensitive: bool
    language: str | None
    quote_policy: str = "nobody"
    media: str = "default"
    spoilers: bool = False
    gifs: bool = False
