"""Acts of a vote: its roll, the seals of its box, its result."""

from governance.acts.words import Act, Count, Hash, Index, Time


class OpenVote(Act, frozen=True, tag="open_vote"):
    """The roll is drawn after `closures` accounts had closed; `roll_root` is an RFC 6962 root over "m:<n>" in order."""

    proposal: Index
    closures: Count
    roll_size: Count
    roll_root: Hash
    closes: Time


class SealBox(Act, frozen=True, tag="seal_box"):
    """The box of a vote held `size` ballots, with this root."""

    vote: Index
    size: Count
    root: Hash


class CloseVote(Act, frozen=True, tag="close_vote"):
    """`counts` by choice (0 yes, 1 no, 2 blank); `late` ballots came after the seal that counts and are void."""

    vote: Index
    size: Count
    root: Hash
    openings_root: Hash
    marks_root: Hash
    late: Count
    counts: tuple[Count, Count, Count]
