"""Table definitions, written once in PostgreSQL's words, as each database wants them.

A migration that has been released is never changed, so what this makes of it must stay as it is too.
"""

import re
from collections.abc import Sequence

from app.store.statements import Kind

_SQLITE = (
    # only these words make the key the row's own number, without a second index
    (re.compile(r"\bbigint primary key\b"), "integer primary key"),
    (re.compile(r"\b(bigint|int)\b"), "integer"),
    (re.compile(r"\bbytea\b"), "blob"),
    (re.compile(r"\bbool\b"), "boolean"),
)
_POSTGRESQL = (
    (re.compile(r"\bwithout rowid\b"), ""),
    # the order of bytes, as on SQLite, whatever the server's language is
    (re.compile(r"\btext\b"), 'text collate "C"'),
)


def definitions(text: str, kind: Kind) -> list[str]:
    """The statements of `text`, which are separated by semicolons, in the words of one database."""
    for words, instead in _SQLITE if kind == "sqlite" else _POSTGRESQL:
        text = words.sub(instead, text)
    return [statement.strip() for statement in text.split(";") if statement.strip()]


def word_indexes(tables: Sequence[str], kind: Kind) -> list[str]:
    """The tables of an index of words each: words come in already cut and folded, and are taken as they are.

    Beside them stands one that names those which still hold words of what is gone.
    """
    stale = definitions("create table stale_words (name text primary key not null) without rowid", kind)
    if kind == "sqlite":
        tokenizer = "ascii tokenchars '_'"  # cuts at spaces only, where all else is letters, marks, digits and "_"
        made = [f'create virtual table {table} using fts5 (words, tokenize = "{tokenizer}")' for table in tables]
        return [*stale, *made]
    return stale + [
        statement
        for table in tables
        for statement in (
            f"create table {table} (id bigint primary key, words tsvector not null)",
            f"create index {table}_words on {table} using gin (words)",
        )
    ]


def never_changed(tables: Sequence[str], kind: Kind) -> list[str]:
    """Triggers that refuse every UPDATE and DELETE on `tables`."""
    if kind == "sqlite":
        return [
            f"create trigger {table}_no_{verb} before {verb} on {table} "
            f"begin select raise(abort, '{table} is never changed'); end"
            for table in tables
            for verb in ("update", "delete")
        ]
    return [
        """create function refuse_change() returns trigger language plpgsql as $$
        begin raise exception '% is never changed', tg_table_name using errcode = 'restrict_violation'; end $$""",
        *(
            f"create trigger {table}_no_{event.split()[0]} before {event} execute function refuse_change()"
            for table in tables
            # each row, not each statement: INSERT … ON CONFLICT DO UPDATE counts as an UPDATE even where none happens
            for event in (f"update or delete on {table} for each row", f"truncate on {table} for each statement")
        ),
    ]
