"""Who sees a post: its author's choice and who blocks whom, said once for every query."""

from typing import Final, Literal

Visibility = Literal["public", "unlisted", "followers", "mentioned"]
"""For everybody and listed; for everybody; for the author's followers; for those whom the post names."""

VISIBILITIES: Final[tuple[Visibility, ...]] = ("public", "unlisted", "followers", "mentioned")

FOR_ALL: Final[tuple[Visibility, ...]] = ("public", "unlisted")
"""What everybody may read whom its author does not block; the rest is for few."""

SEES: Final = (
    "((p.visibility in ('public', 'unlisted') or p.account = {reader} "
    "or exists (select 1 from mention m where m.post = p.id and m.account = {reader}) "
    "or (p.visibility = 'followers' and exists "
    "(select 1 from follow v where v.account = {reader} and v.target = p.account))) "
    "and not exists (select 1 from block k where k.account = p.account and k.target = {reader}))"
)
"""The condition that `{reader}` (an account, 0 for a visitor) may read the post `p`.

Whoever is named sees the post, whether they follow or not; whom the author has blocked sees nothing of the author's
while signed in. What the law withholds is not here: that is the governed Subject's (app/store/restrictions.py).
"""

WANTS: Final = (
    "(not exists (select 1 from block k where k.account = {reader} and k.target = p.account) "
    "and not exists (select 1 from mute n where n.account = {reader} and n.target = p.account "
    "and (n.until is null or n.until > {now})))"
)
"""The condition that `{reader}` has neither blocked nor muted the author of `p`: for timelines, not for addresses."""
