"""What the API answers with: accounts and posts, in the names that clients know.

A field that always stands in the answers of other servers always stands in ours, with what is true here; what is
`UNSET` is left out, as it is for readers whom nobody knows.
"""

from typing import Literal, TypeAlias

from msgspec import UNSET, Struct, UnsetType

from app.store.filters import Action, Context
from app.store.restrictions import Restriction

Visibility = Literal["public", "unlisted", "private", "direct"]
Nothing: TypeAlias = tuple[()]


class Field(Struct, frozen=True):
    """A row of a profile; nobody's address is proved here, so `verified_at` is None."""

    name: str
    value: str
    verified_at: None = None


class Badge(Struct, frozen=True):
    """An office that an account holds, as others see it."""

    id: str
    name: str
    color: str = ""


class Role(Struct, frozen=True):
    """The office of one's own account, "" for none; `permissions` are bits, and here no office has any of them."""

    id: str
    name: str
    permissions: str = "0"
    color: str = ""
    highlighted: bool = False
    collection_limit: int = 0


class Approval(Struct, frozen=True):
    """Who may quote or feature: quotes come later, so nobody."""

    automatic: tuple[str, ...] = ()
    manual: tuple[str, ...] = ()
    current_user: str = "denied"


class Source(Struct, frozen=True, kw_only=True):
    """A profile as its owner wrote it, and what new posts begin with."""

    privacy: Visibility
    sensitive: bool
    language: str | None
    note: str
    fields: tuple[Field, ...]
    follow_requests_count: int
    hide_collections: bool
    discoverable: bool
    indexable: bool
    attribution_domains: Nothing = ()
    quote_policy: str = "nobody"


class Account(Struct, frozen=True, kw_only=True):
    """Somebody who speaks here."""

    id: str
    username: str
    acct: str
    display_name: str
    locked: bool
    bot: bool
    discoverable: bool
    indexable: bool
    group: bool = False
    created_at: str
    note: str
    url: str
    uri: str
    avatar: str
    avatar_static: str
    avatar_description: str = ""
    header: str
    header_static: str
    header_description: str = ""
    followers_count: int
    following_count: int
    statuses_count: int
    last_status_at: str | None
    hide_collections: bool
    show_media: bool = True
    show_media_replies: bool = True
    show_featured: bool = True
    noindex: bool
    feature_approval: Approval = Approval()
    emojis: Nothing = ()
    roles: tuple[Badge, ...] = ()
    fields: tuple[Field, ...] = ()


class CredentialAccount(Account, frozen=True, kw_only=True):
    """One's own account."""

    source: Source
    role: Role


class Application(Struct, frozen=True):
    """The program that a post was written with."""

    name: str
    website: str | None = None


class StatusMention(Struct, frozen=True):
    """Somebody whom a post names."""

    id: str
    username: str
    url: str
    acct: str


class StatusTag(Struct, frozen=True):
    """A hashtag of a post."""

    name: str
    url: str


class MediaAttachment(Struct, frozen=True, kw_only=True):
    """A picture; `meta` holds sizes and the focus."""

    id: str
    type: str
    url: str
    preview_url: str
    remote_url: None = None
    preview_remote_url: None = None
    text_url: None = None
    meta: "Meta"
    description: str | None
    blurhash: str | None


class Size(Struct, frozen=True):
    """How large a picture is."""

    width: int
    height: int
    size: str
    aspect: float


class Focus(Struct, frozen=True):
    """What matters in a picture: from -1 to 1 in both directions, 0 in the middle."""

    x: float
    y: float


class Meta(Struct, frozen=True):
    """The sizes of a picture and of its preview."""

    original: Size
    small: Size
    focus: Focus


class PollOption(Struct, frozen=True):
    """An answer of a poll; None while totals are hidden."""

    title: str
    votes_count: int | None


class PollReceipt(Struct, frozen=True):
    """What a voter keeps of a certified poll, and nobody else has: with it the ballot is found in the box."""

    vote: int
    place: int
    token: str
    choice: int


class Poll(Struct, frozen=True, kw_only=True):
    """A poll. `blank_count` is the square's own: how many answered with none of the answers, null while hidden.

    So are `certified`: the number of the vote whose box has its ballots, and the `receipt` of who has just answered.
    """

    id: str
    expires_at: str
    expired: bool
    multiple: bool
    votes_count: int
    voters_count: int
    voted: bool | UnsetType = UNSET
    own_votes: tuple[int, ...] | UnsetType = UNSET
    options: tuple[PollOption, ...]
    blank_count: int | None = None
    certified: int | UnsetType = UNSET
    receipt: PollReceipt | UnsetType = UNSET
    emojis: Nothing = ()


class Status(Struct, frozen=True, kw_only=True):
    """A post, or a boost of one.

    `restriction` is the square's own: what the law has put on the post, with its rule, its decision and its end. For
    clients that do not know of it the same stands in `spoiler_text`.
    """

    id: str
    created_at: str
    in_reply_to_id: str | None
    in_reply_to_account_id: str | None
    sensitive: bool
    spoiler_text: str
    visibility: Visibility
    language: str | None
    uri: str
    url: str
    replies_count: int
    reblogs_count: int
    favourites_count: int
    quotes_count: int = 0
    edited_at: str | None
    favourited: bool | UnsetType = UNSET
    reblogged: bool | UnsetType = UNSET
    muted: bool | UnsetType = UNSET
    bookmarked: bool | UnsetType = UNSET
    pinned: bool | UnsetType = UNSET
    content: str
    text: str | UnsetType = UNSET
    filtered: "tuple[FilterResult, ...] | UnsetType" = UNSET
    reblog: "Status | None" = None
    application: Application | None = None
    account: Account
    media_attachments: tuple[MediaAttachment, ...] = ()
    mentions: tuple[StatusMention, ...] = ()
    tags: tuple[StatusTag, ...] = ()
    emojis: Nothing = ()
    tagged_collections: Nothing = ()
    quote: None = None
    card: None = None
    poll: Poll | None = None
    quote_approval: Approval = Approval()
    restriction: Restriction | UnsetType = UNSET


class PollTitle(Struct, frozen=True):
    """An answer that was offered."""

    title: str


class ScheduledPoll(Struct, frozen=True):
    """A poll that waits, open for `expires_in` seconds from when it is said."""

    options: tuple[str, ...]
    expires_in: int
    multiple: bool
    hide_totals: bool


class ScheduledParams(Struct, frozen=True, kw_only=True):
    """What will be said; here alone the id of a program is a number, as clients expect it."""

    text: str
    spoiler_text: str
    sensitive: bool
    visibility: Visibility
    language: str | None
    in_reply_to_id: str | None
    media_ids: tuple[str, ...] | None
    scheduled_at: None
    application_id: int | None
    poll: ScheduledPoll | None
    idempotency: None = None
    with_rate_limit: bool = False
    allowed_mentions: None = None
    quoted_status_id: None = None


class ScheduledStatus(Struct, frozen=True, kw_only=True):
    """A post that waits for its time."""

    id: str
    scheduled_at: str
    params: ScheduledParams
    media_attachments: tuple[MediaAttachment, ...]


class FilterResult(Struct, frozen=True):
    """A filter of the reader that a post falls under, by which keywords and as which post."""

    filter: "Filter"
    keyword_matches: tuple[str, ...] | None
    status_matches: tuple[str, ...] | None


class TagDay(Struct, frozen=True):
    """How much a hashtag was used in one day: the day's begin (Unix seconds), by how many, and how often."""

    day: str
    accounts: str
    uses: str


class Tag(Struct, frozen=True, kw_only=True):
    """A hashtag, and how much it was used in the last seven days, today first."""

    id: str
    name: str
    url: str
    history: tuple[TagDay, ...]
    following: bool
    featuring: bool = False


class Search(Struct, frozen=True):
    """What a search has found; collections there are none."""

    accounts: tuple[Account, ...] = ()
    statuses: tuple[Status, ...] = ()
    hashtags: tuple[Tag, ...] = ()
    collections: Nothing = ()


class FeaturedTag(Struct, frozen=True):
    """A hashtag that somebody shows on their profile: how many of their posts have it, and the day of the last."""

    id: str
    name: str
    url: str
    statuses_count: str
    last_status_at: str | None


class Filter(Struct, frozen=True, kw_only=True):
    """A filter of the caller; a result of filtering leaves its keywords and posts out."""

    id: str
    title: str
    context: tuple[Context, ...]
    expires_at: str | None
    filter_action: Action
    keywords: "tuple[FilterKeyword, ...] | UnsetType" = UNSET
    statuses: "tuple[FilterStatus, ...] | UnsetType" = UNSET


class FilterKeyword(Struct, frozen=True):
    """A keyword of a filter."""

    id: str
    keyword: str
    whole_word: bool


class FilterStatus(Struct, frozen=True):
    """A post that a filter names."""

    id: str
    status_id: str
