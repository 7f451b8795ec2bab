"""The tables of people: accounts, sessions, programs that speak for them."""

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
    first_timeline = Text()


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


class Profile(Table, tablename="profile", db=ENGINE):
    """How an account presents itself, and what its posts begin with; absent: as a new one."""

    account = BigInt(primary_key=True)
    locked = Boolean()
    bot = Boolean()
    discoverable = Boolean()
    indexable = Boolean()
    hides_follows = Boolean()
    fields = Text()
    post_visibility = Text()
    post_sensitive = Boolean()
    post_language = Text()


class AccountStat(Table, tablename="account_stat", db=ENGINE):
    """Counters of an account, kept in the transactions that change what they count."""

    account = BigInt(primary_key=True)
    posts = BigInt()
    followers = BigInt()
    following = BigInt()
    last_post_at = BigInt(null=True)


class OauthApp(Table, tablename="oauth_app", db=ENGINE):
    """A program that people may let speak for them."""

    id = BigInt(primary_key=True)
    client_id = Text()
    secret_hash = Bytea()
    name = Text()
    website = Text()
    redirects = Text()
    scopes = Text()
    created_day = BigInt()


class OauthCode(Table, tablename="oauth_code", db=ENGINE):
    """A code that a program exchanges for a token, once."""

    code_hash = Bytea(primary_key=True)
    app = BigInt()
    account = BigInt()
    redirect = Text()
    scopes = Text()
    challenge = Text()
    expires_at = BigInt()


class OauthToken(Table, tablename="oauth_token", db=ENGINE):
    """What a program shows to speak for an account, or for itself where there is none."""

    token_hash = Bytea(primary_key=True)
    id = BigInt()
    app = BigInt()
    account = BigInt(null=True)
    scopes = Text()
    created_at = BigInt()
    used_day = BigInt()
