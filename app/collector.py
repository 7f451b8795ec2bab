"""Python's collector of cycles, told what a server is like."""

import gc

NEW, OLDER, OLDEST = 20_000, 20, 50
"""After how many new containers it looks at these, and how many such looks go before a look at the older ones."""


def let_collector_rest() -> None:
    """What there is when serving begins is not looked through again, and what comes after more seldom.

    A request makes few cycles and hundreds of containers that live until its commit: at Python's own 700, looking for
    cycles among them took up to a fifth of the time of an act.
    """
    gc.freeze()
    gc.set_threshold(NEW, OLDER, OLDEST)
