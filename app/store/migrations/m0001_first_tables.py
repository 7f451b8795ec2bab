"""Every table of the first square."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from app.store.ddl import definitions, never_changed, word_indexes
from app.store.orm import ENGINE
from app.store.transaction import CURRENT

ID = "0001-first-tables"
VERSION = "1.38.0"
DESCRIPTION = "Every table of the first square"

LEDGER = """
create table ledger_entry (id bigint primary key, leaf_hash bytea not null, body bytea not null);
create table ledger_tile (level int not null, n bigint not null, hashes bytea not null, primary key (level, n));
create table ledger_checkpoint (size bigint primary key, root bytea not null, at bigint not null, note text not null);
create table ledger_head (
    id int primary key check (id = 0),
    size bigint not null, edge bytea not null, at bigint not null, frozen text not null
);
create table cosignature (
    size bigint not null, key text not null, at bigint not null, line text not null, primary key (size, key)
) without rowid;
create index cosignature_key on cosignature (key, size);
create table quorum (size bigint primary key, at bigint not null);
create table witnessed (
    origin text primary key not null, size bigint not null, root bytea not null, note text not null, at bigint not null
);
create table opening (
    entry bigint not null, field text not null, salt bytea not null, value text not null, primary key (entry, field)
) without rowid;
create table request_key (
    id text primary key not null, fingerprint bytea not null, entry bigint not null
) without rowid;
create table box (vote bigint primary key, size bigint not null, edge bytea not null, closes bigint not null);
create table box_entry (
    vote bigint not null, place bigint not null, commitment bytea not null,
    choice bigint not null, token bytea not null, primary key (vote, place)
) without rowid;
create table box_tile (
    vote bigint not null, level int not null, n bigint not null, hashes bytea not null, primary key (vote, level, n)
);
create table jury_secret (coin text primary key not null, secret bytea not null) without rowid;
create table appeal_words (appeal bigint primary key, words text not null);
create table juror_reason (
    vote bigint not null, token bytea not null, words text not null, primary key (vote, token)
) without rowid;
create table mark (vote bigint not null, member bigint not null, primary key (vote, member)) without rowid;
"""

GOVERNED = """
create table gov_square (id text primary key not null, value bytea not null);
create table gov_register (id text primary key not null, value bytea not null);
create table gov_keys (id text primary key not null, value bytea not null);
create table gov_term (id text primary key not null, value bytea not null);
create table gov_member (
    id bigint primary key, value bytea not null,
    place bigint not null, admitted bigint not null, closed bigint not null, guest bool not null
);
create index gov_member_place on gov_member (place);
create table gov_place (id bigint primary key, value bytea not null, member bigint not null);
create table gov_grant (
    id bigint primary key, value bytea not null, member bigint not null, role text not null,
    since bigint not null, until bigint not null, revoked bigint not null
);
create table gov_office (
    id text primary key not null, value bytea not null,
    member bigint not null, role text not null, until bigint not null
);
create table gov_electing (id text primary key not null, value bytea not null);
create table gov_candidates (id bigint primary key, value bytea not null);
create table gov_elected (id bigint primary key, value bytea not null);
create table gov_charter (id text primary key not null, value bytea not null);
create table gov_rankings (id text primary key not null, value bytea not null);
create table gov_rule (
    id bigint primary key, value bytea not null, label text not null, version int not null, status text not null
);
create table gov_rule_version (
    id text primary key not null, value bytea not null,
    rule bigint not null, version int not null, since bigint not null, until bigint not null
);
create table gov_label (id text primary key not null, value bytea not null, rule bigint not null);
create table gov_rejection (id text primary key not null, value bytea not null, until bigint not null);
create table gov_proposed_in (id text primary key not null, value bytea not null, proposal bigint not null);
create table gov_polled_in (id text primary key not null, value bytea not null, vote bigint not null);
create table gov_proposal (
    id bigint primary key, value bytea not null, post text not null, proposer bigint not null,
    kind text not null, status text not null, due_at bigint not null, opened_at bigint not null
);
create index gov_proposal_due on gov_proposal (status, due_at);
create index gov_proposal_post on gov_proposal (post);
create table gov_sponsor (
    id text primary key not null, value bytea not null,
    proposal bigint not null, version int not null, member bigint not null
);
create table gov_vote (
    id bigint primary key, value bytea not null, proposal bigint not null, poll text not null, status text not null,
    closes bigint not null, due_at bigint not null
);
create index gov_vote_due on gov_vote (status, due_at);
create table gov_case (
    id bigint primary key, value bytea not null, post text not null, author text not null, rule bigint not null,
    status text not null, outcome text not null, sanction text not null, decider text not null,
    opened_at bigint not null, decided_at bigint not null, due_at bigint not null, until bigint not null,
    decision bigint not null, appeal bigint not null
);
create index gov_case_due on gov_case (status, due_at);
create index gov_case_post on gov_case (post);
create index gov_case_author on gov_case (author);
create index gov_case_decision on gov_case (decision);
create index gov_case_rule on gov_case (rule, decision);
create index gov_case_decider on gov_case (decider, decision);
create index gov_case_sanction on gov_case (sanction, decision);
create table gov_reporter (
    id text primary key not null, value bytea not null, case_id bigint not null, reporter text not null
);
create index gov_reporter_reporter on gov_reporter (reporter);
create table gov_bulk (id bigint primary key, value bytea not null, case_id bigint not null);
create index gov_bulk_case on gov_bulk (case_id);
create table gov_subject (id text primary key not null, value bytea not null, hidden_until bigint not null);
create table gov_appeal (
    id bigint primary key, value bytea not null, case_id bigint not null, side text not null, status text not null,
    decision bigint not null, due_at bigint not null, opened_at bigint not null
);
create index gov_appeal_due on gov_appeal (status, due_at);
create index gov_appeal_case on gov_appeal (case_id);
create index gov_appeal_decision on gov_appeal (decision);
create table gov_jury_register (id text primary key not null, value bytea not null);
create table gov_jury_place (id bigint primary key, value bytea not null, member bigint not null);
create table gov_juror (
    id bigint primary key, value bytea not null, place bigint not null, left_at bigint not null, sitting int not null
);
create table gov_jury (
    id bigint primary key, value bytea not null, matter bigint not null, case_id bigint not null,
    status text not null, due_at bigint not null, vote bigint not null, seats text not null
);
create index gov_jury_sitting on gov_jury (id) where status in ('evidence', 'voting');
create index gov_jury_case on gov_jury (case_id);
create index gov_jury_due on gov_jury (due_at) where status = 'evidence';
create index gov_jury_matter on gov_jury (matter);
create table gov_emergency (
    id bigint primary key, value bytea not null, post text not null, author text not null, by_whom text not null,
    ground text not null, status text not null, invoked_at bigint not null, until bigint not null, jury bigint not null
);
create index gov_emergency_post on gov_emergency (post);
create index gov_emergency_unheard on gov_emergency (until) where status = 'seconded' and jury = 0;
create table gov_order (
    id bigint primary key, value bytea not null, kind text not null, by_whom text not null,
    received_at bigint not null, public_at bigint not null, refused bigint not null
);
create table gov_compliance (
    id bigint primary key, value bytea not null, order_id bigint not null, post text not null, author text not null,
    until bigint not null, lifted bigint not null
);
create index gov_compliance_order on gov_compliance (order_id);
create table gov_wording (id bigint primary key, value bytea not null, proposal bigint not null);
create table gov_erased (
    id text primary key not null, value bytea not null, entry bigint not null, erasure bigint not null
);
create index gov_erased_entry on gov_erased (entry);
create index gov_erased_erasure on gov_erased (erasure);
create table gov_correction (id bigint primary key, value bytea not null, entry bigint not null);
create index gov_correction_entry on gov_correction (entry);
create table gov_joined (
    id text primary key not null, value bytea not null, appeal bigint not null, reporter text not null
);
"""

PEOPLE = """
create table account (
    id bigint primary key, handle text not null, skeleton text not null, name text not null, bio text not null,
    kind text not null, origin text, member text, locale text not null, theme text not null,
    created_day bigint not null, first_timeline text not null default ''
);
create unique index account_handle on account (handle);
create unique index account_skeleton on account (skeleton);
create unique index account_origin on account (origin);
create unique index account_member on account (member);
create table credential (account bigint primary key, phc text not null, email text);
create unique index credential_email on credential (email);
create table session (
    id_hash bytea primary key not null, account bigint not null, csrf bytea not null,
    created_at bigint not null, seen_at bigint not null, expires_at bigint not null
) without rowid;
create index session_account on session (account);
create table invitation (
    code_hash bytea primary key not null, made_by bigint not null, used_by bigint,
    created_at bigint not null, expires_at bigint not null
) without rowid;
create table email_token (
    token_hash bytea primary key not null, email text not null, expires_at bigint not null, used_at bigint
) without rowid;
create table reporter_name (pseudonym text primary key not null, account bigint not null, month int not null);
create unique index reporter_name_month on reporter_name (account, month);
create table login_attempt (
    scope text not null, "window" bigint not null, count int not null, primary key (scope, "window")
) without rowid;
create table job_lease (name text primary key not null, holder text not null, until bigint not null);
create table profile (
    account bigint primary key, locked bool not null, bot bool not null, discoverable bool not null,
    indexable bool not null, hides_follows bool not null, fields text not null,
    post_visibility text not null, post_sensitive bool not null, post_language text not null
);
create table account_stat (
    account bigint primary key, posts bigint not null, followers bigint not null, following bigint not null,
    last_post_at bigint
);
create table oauth_app (
    id bigint primary key, client_id text not null, secret_hash bytea not null, name text not null,
    website text not null, redirects text not null, scopes text not null, created_day bigint not null
);
create unique index oauth_app_client on oauth_app (client_id);
create table oauth_code (
    code_hash bytea primary key not null, app bigint not null, account bigint not null, redirect text not null,
    scopes text not null, challenge text not null, expires_at bigint not null
) without rowid;
create table oauth_token (
    token_hash bytea primary key not null, id bigint not null, app bigint not null, account bigint,
    scopes text not null, created_at bigint not null, used_day bigint not null
) without rowid;
create unique index oauth_token_id on oauth_token (id);
create index oauth_token_account on oauth_token (account);
"""

SPEECH = """
create table post (
    id bigint primary key, account bigint not null, body text not null, language text not null, topic text not null,
    warning text not null, sensitive bool not null, visibility text not null,
    reply_to bigint, root bigint not null, boost_of bigint, app bigint, version int not null,
    created_at bigint not null, edited_at bigint, origin_at bigint, origin text, deleted_at bigint
);
create index post_account on post (account, id desc);
create index post_root on post (root, id);
create index post_reply_to on post (reply_to);
create index post_opener on post (id)
    where reply_to is null and deleted_at is null and boost_of is null and visibility = 'public';
create unique index post_boost on post (boost_of, account) where boost_of is not null;
create unique index post_origin on post (origin);
create table post_stat (
    id bigint primary key, replies bigint not null, boosts bigint not null, favourites bigint not null
);
create table post_edit (
    post bigint not null, version int not null, body text not null, warning text not null, sensitive bool not null,
    language text not null, media text not null, options text not null, written_at bigint not null,
    primary key (post, version)
) without rowid;
create table post_tag (
    tag text not null, post bigint not null, account bigint not null, counts bool not null, primary key (tag, post)
) without rowid;
create index post_tag_post on post_tag (post, tag, account, counts);
create index post_tag_account on post_tag (account, tag, post);
create table tag_day (
    tag text not null, day bigint not null, accounts bigint not null, uses bigint not null, primary key (tag, day)
) without rowid;
create table mention (post bigint not null, account bigint not null, primary key (post, account)) without rowid;
create index mention_account on mention (account, post);
create table media (
    id bigint primary key, account bigint not null, post bigint, place int not null, kind text not null,
    mime text not null, digest bytea not null, preview bytea not null, size bigint not null, width int not null,
    height int not null, preview_width int not null, preview_height int not null, focus text not null,
    blurhash text not null, description text not null, secret bytea not null, created_at bigint not null
);
create index media_post on media (post, place);
create index media_account on media (account, id);
create index media_digest on media (digest);
create index media_preview on media (preview);
create unique index media_face on media (account, kind) where kind <> 'picture';
create table favourite (
    account bigint not null, post bigint not null, id bigint not null, primary key (account, post)
) without rowid;
create index favourite_id on favourite (account, id);
create index favourite_post on favourite (post, id);
create table bookmark (
    account bigint not null, post bigint not null, id bigint not null, primary key (account, post)
) without rowid;
create index bookmark_id on bookmark (account, id);
create table pin (
    account bigint not null, post bigint not null, id bigint not null, primary key (account, post)
) without rowid;
create table draft (
    id bigint primary key, account bigint not null, words text not null, due_at bigint,
    unsaid text not null, saved_at bigint not null
);
create index draft_account on draft (account, id);
create index draft_due on draft (due_at);
create table post_key (
    id text primary key not null, fingerprint bytea not null, post bigint not null, at bigint not null
) without rowid;
create table poll (
    id bigint primary key, multiple bool not null, hide_totals bool not null, certified bool not null,
    opens_at bigint not null, closes_at bigint not null, recounted_at bigint, vote bigint
);
create index poll_due on poll (closes_at) where recounted_at is null and not certified;
create index poll_waiting on poll (id) where certified and vote is null;
create table poll_option (
    poll bigint not null, place int not null, title text not null, primary key (poll, place)
) without rowid;
create table poll_ballot (
    poll bigint not null, account bigint not null, choices text not null, primary key (poll, account)
) without rowid;
create table poll_ending (id bigint primary key, last bigint not null);
create table poll_tally (
    poll bigint not null, shard int not null, place int not null, votes bigint not null,
    primary key (poll, shard, place)
) without rowid;
"""

READERS = """
create table follow (
    account bigint not null, target bigint not null, created_at bigint not null,
    boosts bool not null default true, notifies bool not null default false, kept bool not null default false,
    primary key (account, target)
) without rowid;
create index follow_target on follow (target, account);
create index follow_notifies on follow (target) where notifies;
create index follow_merged on follow (account) where not kept;
create index follow_kept on follow (target) where kept;
create table follow_request (
    account bigint not null, target bigint not null, created_at bigint not null, boosts bool not null,
    notifies bool not null, primary key (account, target)
) without rowid;
create index follow_request_target on follow_request (target, account);
create table block (
    account bigint not null, target bigint not null, created_at bigint not null, primary key (account, target)
) without rowid;
create index block_target on block (target, account);
create table mute (
    account bigint not null, target bigint not null, created_at bigint not null, until bigint,
    notifications bool not null, primary key (account, target)
) without rowid;
create index mute_until on mute (until);
create table muted_thread (account bigint not null, root bigint not null, primary key (account, root)) without rowid;
create table account_note (
    account bigint not null, target bigint not null, note text not null, primary key (account, target)
) without rowid;
create table list (
    id bigint primary key, account bigint not null, title text not null, replies text not null, exclusive bool not null
);
create index list_account_lists on list (account, id);
create table list_account (list bigint not null, account bigint not null, primary key (list, account)) without rowid;
create index list_account_account on list_account (account);
create table tag_follow (
    account bigint not null, tag text not null, created_at bigint not null, primary key (account, tag)
) without rowid;
create index tag_follow_tag on tag_follow (tag, account);
create table tag_feature (
    account bigint not null, tag text not null, id bigint not null, primary key (account, tag)
) without rowid;
create table filter (
    id bigint primary key, account bigint not null, title text not null, contexts text not null, action text not null,
    until bigint
);
create index filter_account on filter (account, id);
create table filter_keyword (
    id bigint primary key, filter bigint not null, keyword text not null, whole_word bool not null
);
create index filter_keyword_filter on filter_keyword (filter, id);
create table filter_post (id bigint primary key, filter bigint not null, post bigint not null);
create index filter_post_filter on filter_post (filter, id);
create table notification (
    account bigint not null, id bigint not null, kind text not null, sender bigint not null, post bigint not null,
    group_key text not null, created_at bigint not null, primary key (account, id)
) without rowid;
create unique index notification_once on notification (account, kind, sender, post);
create index notification_post on notification (post);
create table marker (
    account bigint not null, timeline text not null, last_read bigint not null, version int not null,
    updated_at bigint not null, primary key (account, timeline)
) without rowid;
create table conversation (
    account bigint not null, root bigint not null, last_post bigint not null, unread bool not null,
    primary key (account, root)
) without rowid;
create index conversation_last on conversation (account, last_post);
create table home_entry (account bigint not null, post bigint not null, primary key (account, post)) without rowid;
create table home_due (post bigint primary key);
create table home_state (
    account bigint primary key, floor bigint not null, seen_day bigint not null, kept_day bigint not null
);
create index home_state_wanted on home_state (account) where kept_day < seen_day;
create index home_state_seen on home_state (seen_day);
"""


async def forwards() -> MigrationManager:
    """What Piccolo runs."""
    manager = MigrationManager(migration_id=ID, app_name="isegoria", description=DESCRIPTION)
    manager.add_raw(_create)
    return manager


async def _create() -> None:
    tx = CURRENT.get()
    assert tx is not None, "a migration runs in a transaction"
    for statement in (
        *definitions(LEDGER + GOVERNED + PEOPLE + SPEECH + READERS, tx.kind),
        *word_indexes(("post_words", "account_words"), tx.kind),
        *never_changed(("ledger_entry", "ledger_tile", "ledger_checkpoint", "cosignature", "quorum"), tx.kind),
    ):
        await ENGINE.run_ddl(statement)
