"""The tables of people and what they say."""

from piccolo.columns import BigInt, Boolean, Bytea, Integer, Text
from piccolo.table import Table

from app.store.orm import ENGINE


class Account(Table, tablename="account", db=ENGINE):
    """A person, or a guest whom nobody can sign in as."""

    id = BigInt(primary_key=True)
    handle = Text()
    skeleton = Text()
    name = Text()
    bio = Text()
    kind = Text()
    origin = Text(null=True)
    member = Text(null=True)
    locale = Text()
    theme = Text()
    created_day = BigInt()


class Credential(Table, tablename="credential", db=ENGINE):
    """What an account signs in with."""

    account = BigInt(primary_key=True)
    phc = Text()
    email = Text(null=True)


class Session(Table, tablename="session", db=ENGINE):
    """A browser that is signed in."""

    id_hash = Bytea(primary_key=True)
    account = BigInt()
    csrf = Bytea()
    created_at = BigInt()
    seen_at = BigInt()
    expires_at = BigInt()


class Invitation(Table, tablename="invitation", db=ENGINE):
    """A code that lets somebody in."""

    code_hash = Bytea(primary_key=True)
    made_by = BigInt()
    used_by = BigInt(null=True)
    created_at = BigInt()
    expires_at = BigInt()


class EmailToken(Table, tablename="email_token", db=ENGINE):
    """A link that was sent by mail."""

    token_hash = Bytea(primary_key=True)
    email = Text()
    expires_at = BigInt()
    used_at = BigInt(null=True)


class ReporterName(Table, tablename="reporter_name", db=ENGINE):
    """The pseudonym of an account's reports in one month."""

    pseudonym = Text(primary_key=True)
    account = BigInt()
    month = Integer()


class LoginAttempt(Table, tablename="login_attempt", db=ENGINE):
    """How often something was tried in a window of time."""

    scope = Text(primary_key=True)
    window = BigInt()
    attempts = Integer(db_column_name="count")  # `count` is a method of every Table


class JobLease(Table, tablename="job_lease", db=ENGINE):
    """Who runs a job now."""

    name = Text(primary_key=True)
    holder = Text()
    until = BigInt()


class Post(Table, tablename="post", db=ENGINE):
    """A post."""

    id = BigInt(primary_key=True)
    account = BigInt()
    body = Text()
    language = Text()
    topic = Text()
    reply_to = BigInt(null=True)
    root = BigInt()
    version = Integer()
    created_at = BigInt()
    origin_at = BigInt(null=True)
    origin = Text(null=True)
    deleted_at = BigInt(null=True)


class Poll(Table, tablename="poll", db=ENGINE):
    """A poll; `id` is its post's."""

    id = BigInt(primary_key=True)
    multiple = Boolean()
    hide_totals = Boolean()
    opens_at = BigInt()
    closes_at = BigInt()
    recounted_at = BigInt(null=True)


class PollOption(Table, tablename="poll_option", db=ENGINE):
    """One choice of a poll."""

    poll = BigInt(primary_key=True)
    place = Integer()
    title = Text()


class PollBallot(Table, tablename="poll_ballot", db=ENGINE):
    """One account's choices in a poll: sorted places joined by commas."""

    poll = BigInt(primary_key=True)
    account = BigInt()
    choices = Text()


class PollTally(Table, tablename="poll_tally", db=ENGINE):
    """How often a place was chosen, in shards that add up."""

    poll = BigInt(primary_key=True)
    shard = Integer()
    place = Integer()
    votes = BigInt()


class Follow(Table, tablename="follow", db=ENGINE):
    """Who follows whom."""

    account = BigInt(primary_key=True)
    target = BigInt()
    created_at = BigInt()
