"""What replaying a ledger cannot find, and where it is found instead: the last rows of every audit."""

LIMITS: tuple[tuple[str, str], ...] = (
    (
        "an act in the name of somebody who was entitled to it, or a mark for a member who did not vote",
        (
            "the person concerned finds it: /me/acts shows every entry and every mark under their number, "
            "and each member of a roll is told at the close whether a mark stands for them"
        ),
    ),
    (
        "a ballot changed or taken away before its box was sealed for the first time with it",
        "the voter, whose receipt does not find it",
    ),
    (
        "a post whose author, date or words are not true, in the ledger and on the square alike",
        "the author, or whose number it bears: /me and /me/acts show every case about their posts",
    ),
    (
        "the words of an appeal changed before a jury is drawn, or an appeal dropped and made again",
        "the appellant, whose page shows their words beside what the ledger holds",
    ),
    (
        "a post that no entry names, folded, or left out of what is shown, or pages that are others for other readers",
        "whoever has its address: isegoria audit --post looks at it from where they are",
    ),
    (
        "a restricted post that is said to have been written for few, and was written for all",
        "its author, and whoever reported it, who may read it and see what stands at its address for others",
    ),
    ("history rewritten as a whole, or false times", "monitors and witnesses, who keep what they saw and when"),
    (
        "an act refused at the door that should not have been, or a removal that the square calls the author's own",
        "receipts (not yet given)",
    ),
    ("members who do not exist", "nobody can find them"),
)
"""Each with who finds it. POLICY.md (the limits, said plainly) and docs/audit.md say the same in the same words."""
