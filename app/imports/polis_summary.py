"""What an import comes to, held against the files and against what the source says of itself."""

from msgspec import Struct

from app.imports.polis import AT_ONCE, Writer, chunks
from app.imports.polis_files import Export
from app.store.engines import Tx

REPEATED = "the source counts each vote row, and a person's earlier votes on a comment are superseded by the last"
LEFT_OUT = "the source's summary leaves comments out, or was made at another time than the files"
UNKNOWN = "the source does not say why"


class Figures(Struct, frozen=True):
    """What stands in the square."""

    comments: int
    ballots: int
    taken_down: int
    people: int

    def wrong_against(self, export: Export) -> str:
        """In words, which figure is not that of the files; "" where all are."""
        taken_down = sum(1 for comment in export.comments.values() if comment.taken_down)
        wanted = Figures(len(export.comments), export.ballot_count, taken_down, len(export.people))
        parts = [
            f"{name} {here} instead of {there}"
            for name in self.__struct_fields__
            if (here := getattr(self, name)) != (there := getattr(wanted, name))
        ]
        return ", ".join(parts)


class Difference(Struct, frozen=True):
    """Where the source says something else of itself than its rows do; `is_column` for agrees and disagrees."""

    where: str
    says: int
    is_: int
    why: str
    is_column: bool = False


class _Count(Struct, frozen=True):
    count: int


async def figures_in(tx: Tx, writer: Writer) -> Figures:
    """Count in the database what the import has put there."""
    posts = list(writer.posts.values())
    ballots = folded = 0
    for some in chunks(posts, AT_ONCE):
        sql = "select count(*) as count from poll_ballot where poll in {among}"
        ballots += sum(row.count for row in await tx.among(_Count, sql, some))
        sql = "select count(*) as count from gov_case where decision > 0 and sanction = 'fold' and post in {among}"
        folded += sum(row.count for row in await tx.among(_Count, sql, [str(post) for post in some]))
    people = len(writer.accounts) - 1
    return Figures(len(posts), ballots, folded, people)


def differences(export: Export) -> list[Difference]:
    """Where summary.csv, or the columns agrees and disagrees, say otherwise than the rows, by how much and why."""
    found: list[Difference] = []
    commenters = len({comment.author for comment in export.comments.values()})
    voters = len({voter for cast in export.ballots.values() for voter in cast})
    for name, there in (("comments", len(export.comments)), ("commenters", commenters), ("voters", voters)):
        claimed = export.summary.get(name, "")
        if claimed.isdigit() and int(claimed) != there:
            found.append(Difference(f"summary.csv: {name}", int(claimed), there, LEFT_OUT))
    for comment in export.comments.values():
        for column, says, choice in (("agrees", comment.agrees, 0), ("disagrees", comment.disagrees, 1)):
            last = sum(1 for cast in export.ballots[comment.id].values() if cast.choice == choice)
            if says != last:
                every = export.rows_by_choice.get((comment.id, choice), 0)
                why = REPEATED if says == every else UNKNOWN
                found.append(Difference(f"comment {comment.id}: {column}", says, last, why, is_column=True))
    return found
