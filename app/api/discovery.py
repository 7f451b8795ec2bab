"""Where a program that knows only our address finds the rest: nodeinfo, webfinger, host-meta."""

from typing import Final
from urllib.parse import urlsplit

from litestar import MediaType, Response
from litestar.exceptions import NotFoundException
from msgspec import Struct

from app.api.callers import anybody
from app.api.instance import ABOUT
from app.api.paging import root_of
from app.api.routes import get
from app.square import Square
from app.store.accounts import account_by_handle
from app.store.engines import Tx
from app.store.governed import value_of
from app.web.requests import PageRequest
from app.web.schema import release
from governance import members

SCHEMA: Final = "http://nodeinfo.diaspora.software/ns/schema/2.0"
JRD: Final = "application/jrd+json"


class Link(Struct, frozen=True, omit_defaults=True):
    """An address and what it is."""

    rel: str
    href: str
    type: str = ""


class Links(Struct, frozen=True):
    """Where the document is."""

    links: tuple[Link, ...]


class Software(Struct, frozen=True):
    """What serves the square."""

    name: str
    version: str


class Services(Struct, frozen=True):
    """Other services: none."""

    inbound: tuple[str, ...] = ()
    outbound: tuple[str, ...] = ()


class Users(Struct, frozen=True):
    """How many are here."""

    total: int
    activeMonth: int  # noqa: N815 (the name of the schema)
    activeHalfyear: int  # noqa: N815 (the name of the schema)


class NodeUsage(Struct, frozen=True):
    """How many are here, and what they said."""

    users: Users
    localPosts: int  # noqa: N815 (the name of the schema)


class Upstream(Struct, frozen=True):
    """Whose client API is spoken here."""

    name: str = "mastodon"


class Metadata(Struct, frozen=True):
    """What the square is called; libraries that know servers by name look into `upstream` for one that they know."""

    nodeName: str  # noqa: N815 (the name that others use)
    nodeDescription: str  # noqa: N815 (the name that others use)
    upstream: Upstream = Upstream()


class NodeInfo(Struct, frozen=True):
    """What runs here (nodeinfo 2.0)."""

    version: str
    software: Software
    protocols: tuple[str, ...]
    services: Services
    usage: NodeUsage
    openRegistrations: bool  # noqa: N815 (the name of the schema)
    metadata: Metadata


class Finger(Struct, frozen=True):
    """Who somebody is (RFC 7033)."""

    subject: str
    aliases: tuple[str, ...]
    links: tuple[Link, ...]


@get("/.well-known/nodeinfo", anybody())
async def show_links(request: PageRequest) -> Links:
    """Where nodeinfo is."""
    return Links((Link(SCHEMA, f"{root_of(request)}/nodeinfo/2.0"),))


@get("/nodeinfo/2.0", anybody())
async def show_node(square: Square) -> NodeInfo:
    """What runs here."""
    census = await square.census.census()
    founded = await square.database.read(lambda tx: value_of(tx, members.Square, "square"))
    assert founded is not None, "a square that is served is founded"
    return NodeInfo(
        version="2.0",
        software=Software("isegoria", release()),
        protocols=(),
        services=Services(),
        usage=NodeUsage(Users(census.people, census.monthly, census.half_yearly), census.posts),
        openRegistrations=square.config.gate == "open",
        metadata=Metadata(founded.name, ABOUT),
    )


@get("/.well-known/host-meta", anybody())
async def show_host(request: PageRequest) -> Response[str]:
    """Where webfinger is."""
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">'
        f'<Link rel="lrdd" template="{root_of(request)}/.well-known/webfinger?resource={{uri}}"/></XRD>\n'
    )
    return Response(body, media_type="application/xrd+xml")


@get("/.well-known/webfinger", anybody())
async def show_finger(request: PageRequest, square: Square, resource: str = "") -> Response[Finger]:
    """The account behind `acct:handle@host`, or behind its address."""
    root = root_of(request)
    host = urlsplit(root).netloc
    if resource.startswith(f"{root}/@"):
        handle = resource.removeprefix(f"{root}/@")
    else:
        handle, _, at = resource.removeprefix("acct:").removeprefix("@").partition("@")
        if at != host:
            raise NotFoundException

    async def load(tx: Tx) -> str:
        found = await account_by_handle(tx, handle.lower())
        if found is None:
            raise NotFoundException
        return found.handle

    name = await square.database.read(load)
    url = f"{root}/@{name}"
    link = Link("http://webfinger.net/rel/profile-page", url, MediaType.HTML)
    return Response(Finger(f"acct:{name}@{host}", (url,), (link,)), media_type=JRD)


routes = [show_links, show_node, show_host, show_finger]
