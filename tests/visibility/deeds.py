"""Every route that is told of one post, and what is sent to it; a test holds this table against the routes.

In an address and in what is sent `{post}` is the post's number, `{author}` who wrote it, `{filter_id}` a filter of
the reader's own.
"""

from typing import Final

Value = str | bool | int | list[int] | list[str] | dict[str, str]
Body = dict[str, Value]

NOTHING: Final[Body] = {}
WORDS: Final[Body] = {"text": "Something else"}
REASON: Final = "It offends the rule."

_MARKS: Final = (
    *("favourite", "bookmark", "pin", "boost", "mute"),
    *("unfavourite", "unbookmark", "unpin", "unboost", "unmute"),
)
_API_MARKS: Final = (
    *("favourite", "bookmark", "pin", "reblog", "mute"),
    *("unfavourite", "unbookmark", "unpin", "unreblog", "unmute"),
)

NAMED: Final[dict[tuple[str, str], tuple[Body, ...]]] = {
    ("GET", "/posts/{post_id:str}"): (NOTHING,),
    ("GET", "/{at_handle:str}/{post_id:str}"): (NOTHING,),
    ("GET", "/posts/{post_id:str}/boosts"): (NOTHING,),
    ("GET", "/posts/{post_id:str}/delete"): (NOTHING,),
    ("GET", "/posts/{post_id:str}/edit"): (NOTHING,),
    ("GET", "/posts/{post_id:str}/favourites"): (NOTHING,),
    ("GET", "/posts/{post_id:str}/history"): (NOTHING,),
    ("GET", "/posts/{post_id:str}/report"): (NOTHING,),
    ("GET", "/posts/{post_id:str}/why"): (NOTHING,),
    ("GET", "/posts/{post_id:str}/withhold"): (NOTHING,),
    ("GET", "/polls/{post_id:str}"): (NOTHING,),
    ("GET", "/polls/{post_id:str}/ballot"): (NOTHING,),
    ("GET", "/api/v1/statuses/{status_id:str}"): (NOTHING,),
    ("GET", "/api/v1/statuses/{status_id:str}/context"): (NOTHING,),
    ("GET", "/api/v1/statuses/{status_id:str}/favourited_by"): (NOTHING,),
    ("GET", "/api/v1/statuses/{status_id:str}/history"): (NOTHING,),
    ("GET", "/api/v1/statuses/{status_id:str}/reblogged_by"): (NOTHING,),
    ("GET", "/api/v1/statuses/{status_id:str}/source"): (NOTHING,),
    ("GET", "/api/v1/polls/{poll_id:str}"): (NOTHING,),
    ("POST", "/posts/{post_id:str}/ballot"): ({"choices": [0]}, {"choices": [7]}),
    ("POST", "/posts/{post_id:str}/delete"): (NOTHING,),
    ("POST", "/posts/{post_id:str}/edit"): (WORDS,),
    ("POST", "/posts/{post_id:str}/mark"): tuple({"do": deed} for deed in _MARKS),
    ("POST", "/posts/{post_id:str}/report"): ({"rule": 1, "reason": REASON}, {"rule": 5, "reason": REASON}),
    ("POST", "/posts/{post_id:str}/withhold"): ({"ground": "doxxing", "reasons": REASON}, {"ground": "child_abuse"}),
    ("POST", "/polls/{post_id:str}/ballot"): ({"choices": [0]},),
    ("DELETE", "/api/v1/statuses/{status_id:str}"): (NOTHING,),
    ("PUT", "/api/v1/statuses/{status_id:str}"): ({"status": "Something else"}, {"status": "", "media_ids": ["7"]}),
    **{("POST", f"/api/v1/statuses/{{status_id:str}}/{mark}"): (NOTHING,) for mark in _API_MARKS},
    ("POST", "/api/v1/polls/{poll_id:str}/votes"): ({"choices": [0]}, {"choices": [7]}),
}
"""Where the post's number stands in the address."""

SENT: Final[dict[tuple[str, str], tuple[Body, ...]]] = {
    ("POST", "/posts"): ({"text": "An answer", "reply_to": "{post}"},),
    ("POST", "/api/v1/statuses"): ({"status": "An answer", "in_reply_to_id": "{post}"},),
    ("POST", "/api/v1/reports"): (
        {"account_id": "{author}", "status_ids": ["{post}"], "comment": REASON, "rule_ids": ["1"]},
    ),
    ("POST", "/api/v2/filters/{filter_id:str}/statuses"): ({"status_id": "{post}"},),
    ("GET", "/compose?reply_to={post}"): (NOTHING,),
    ("GET", "/api/v1/statuses?id[]={post}"): (NOTHING,),
}
"""Where it is among what is sent."""

SAVED: Final[dict[tuple[str, str], tuple[Body, ...]]] = {
    ("POST", "/drafts"): ({"text": "An answer", "reply_to": "{post}"},),
    ("POST", "/api/v1/statuses"): (
        {"status": "An answer", "in_reply_to_id": "{post}", "scheduled_at": "2027-01-01T00:00:00Z"},
    ),
}
"""Where it is kept for the writer alone, as it was typed, until it is said."""

OTHERWISE: Final[dict[tuple[str, str], int]] = {
    ("POST", "/posts/{post_id:str}/report"): 409,
    ("POST", "/posts/{post_id:str}/withhold"): 409,
    ("POST", "/posts"): 422,
    ("POST", "/api/v1/reports"): 422,
    ("GET", "/compose?reply_to={post}"): 200,
    ("GET", "/api/v1/statuses?id[]={post}"): 200,
}
"""What is answered of a post that is not there, where that is no 404: the law's refusal, a field, a page without it."""

FOR_ALL: Final = ("POST", "/posts/{post_id:str}/report")
"""What all may read is reported also by whom its author blocks: nobody escapes that by blocking who would."""

ELSEWHERE: Final = {
    ("POST", "/drafts/{draft_id:str}"): "tests/speech/test_drafts.py",
    ("POST", "/cases/{case:str}/decide"): "tests/cases/test_for_few.py",
    ("POST", "/orders/{order:str}/comply"): "tests/cases/test_orders.py",
}
"""What another folder of tests looks at: one's own draft, and those whom the law lets judge what is not for them."""
