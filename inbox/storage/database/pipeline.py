"""Statements written back to back on one connection: a round is written at once, then all its answers are read.

MongoDB reads a connection's next message when it has answered the one before. So statements that are written together
run one after the other, as if each had waited for the answer before it; only nobody waits. A round ends with whatever
somebody needs an answer of: a read, a write whose result is awaited, the commit.

**The commit in the same round.** A statement that fails ends its transaction, so that a commit written behind it is
refused (251, NoSuchTransaction) and nothing is stored. That is not true of a statement that MongoDB refuses before it
looks at the transaction: one that it can't parse or that the user has no right to. So the commit goes out in the same
round as statements before it only if

* each of them has the shape (command and collection) of one that went well in this process before, and the server's
  version is one for which this was tried; and
* the transaction had begun, and was answered for, in an earlier round, so that its outcome can be settled.

Otherwise the commit makes a round of its own, as with the driver.

**A connection that breaks.** What was lost before the commit was written is repeated as a whole, as with the driver. If
all statements were answered and only the commit's answer is missing, the driver asks for the commit until it is known.
If statements were not answered, asking for the commit again could make half of a transaction durable: the commit may
never have arrived. Instead the transaction is aborted on another connection. That MongoDB has aborted it, or knows
nothing of it, means that nothing is or will be stored; that it was committed already (256) means that all is, and then
the commit is asked for to be sure that a majority has it.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from pymongo.client_session_shared import _TxnState
from pymongo.errors import PyMongoError
from pymongo.helpers_shared import _check_command_response
from pymongo.message import _op_msg
from pymongo.read_preferences import ReadPreference

from inbox.storage.database import statements
from inbox.storage.database.borrowing import Wire
from inbox.storage.database.command_events import CommandEvents
from inbox.storage.database.dialect import Collection, Collections, Cursor, Document, Session
from inbox.storage.database.errors import TornTransactionError
from inbox.storage.database.pipelined import pipelined
from inbox.storage.database.settling import abort_or_confirm
from inbox.storage.database.statements import WRITES, Statement
from inbox.storage.database.transactions import DURABLE, SNAPSHOT, Opened, commit

T = TypeVar("T")
Blocking = Callable[[Callable[[], Any]], Awaitable[Any]]
"""Runs what blocks: in a thread, or at once where this is one already."""

MOST_TRIED_WIRE_VERSION: Final = 25
"""MongoDB 8.0. Later ones may refuse a statement for being too busy, before they look at its transaction."""


class Proven:
    """Shapes of statements that went well in this process: MongoDB can parse them, and we may do that."""

    def __init__(self) -> None:
        self._shapes: set[tuple[str, Any]] = set()

    def add(self, statement: Statement) -> None:
        """Note one that went well."""
        self._shapes.add(statement.shape)

    def has_all(self, posted: Sequence[Statement]) -> bool:
        """Tell whether all went well before."""
        return all(statement.shape in self._shapes for statement in posted)


class Driver(NamedTuple):
    """What pipelines of a process take from the driver.

    Attributes:
        client: Its client, which blocks.
        database: The database.
        named: Returns its collection of an attribute.
        proven: What went well in this process.
        patience_seconds: How long an outcome is asked for.
    """

    client: Any
    database: Any
    named: Callable[[str], Any]
    proven: Proven
    patience_seconds: float


class Pipeline(Collections):
    """Collections for one batch on one borrowed connection.

    Args:
        wire: The connection.
        driver: Does what no pipeline can.
        blocking: Runs what the driver has to do, which blocks.
    """

    def __init__(self, wire: Wire, driver: Driver, blocking: Blocking) -> None:
        self._wire = wire
        self._connection = wire.borrowed.connection
        self._driver = driver
        self._client = driver.client
        self._options = driver.database.codec_options
        self._blocking = blocking
        self._posted: list[Statement] = []
        self._session: Session | None = None

    if not TYPE_CHECKING:  # see `Collections`

        def __getattr__(self, collection: str) -> Collection:
            found = pipelined(self, self._driver.named(collection))
            setattr(self, collection, found)
            return found

    async def together(self, *asked: Cursor) -> list[list[Any]]:
        """Read several things in one round."""
        for cursor in asked:
            self.post(cursor.statement)
        await self.flush()
        return [await self._rest(cursor.statement) for cursor in asked]

    async def transact_once(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """Run `work` in one transaction, once."""
        result, _ = await self.transact_and_read(work)
        return result

    async def transact_and_read(
        self, work: Callable[[Session], Awaitable[T]], *asked: Cursor
    ) -> tuple[T, list[list[Any]]]:
        """Run `work` in one transaction, once; what is asked for goes out with the commit."""
        with self._client.start_session() as session:
            session.start_transaction(read_concern=SNAPSHOT, write_concern=DURABLE)
            self._session = session
            opened = Opened(
                session,
                partial(self._blocking, session.commit_transaction),
                partial(self._blocking, session.abort_transaction),
                lambda seconds: self._blocking(partial(time.sleep, seconds)),
            )
            try:
                result = await work(session)
                if not self._may_commit_at_once(session):
                    await self.flush()
                await self._commit(opened, [cursor.statement for cursor in asked])
            except BaseException:
                self._posted.clear()
                if session.in_transaction:
                    await opened.abort()
                raise
            finally:
                self._session = None
        return result, [await self._rest(cursor.statement) for cursor in asked]

    def post(self, statement: Statement) -> None:
        """Put a statement into the next round."""
        self._posted.append(statement)

    async def flush(self) -> None:
        """Write what was posted and read the answers.

        Raises:
            PyMongoError: what is wrong with the first statement that failed, or that the connection was lost.
        """
        posted, self._posted = self._posted, []
        if not posted:
            return
        lost = await self._exchange(posted)
        for statement in posted:
            if statement.answer is not None:
                self._check(statement)
        if lost is not None:
            raise lost

    async def run(self, work: Callable[[], Any]) -> Any:
        """Have the driver do something itself, after all that was posted."""
        await self.flush()
        return await self._blocking(work)

    async def answer(self, statement: Statement) -> Any:
        """Return the result of a statement, and make the round for it if it was not made yet."""
        if statement.answer is None:
            await self.flush()
        if statement.answer is None:
            raise AssertionError("a statement is posted before its result is awaited")
        return statement.parse(statement.answer)

    async def _rest(self, statement: Statement) -> list[Any]:
        """Return all documents of a find that was answered, and read what did not fit into one answer."""
        if statement.answer is None:
            raise AssertionError("a find is asked before its documents are read")
        found: list[Any] = statement.parse(statement.answer)
        while cursor := statements.open_cursor(statement.answer):
            statement = statements.get_more(statement, cursor)
            self.post(statement)
            found += await self.answer(statement)
        return found

    def _may_commit_at_once(self, session: Session) -> bool:
        """Tell whether the commit may go out with what is posted (see above)."""
        has_begun = not session._starting_transaction
        is_tried = self._connection.max_wire_version <= MOST_TRIED_WIRE_VERSION
        return has_begun and is_tried and self._driver.proven.has_all(self._posted)

    async def _commit(self, opened: Opened, asked: list[Statement]) -> None:
        """Commit, settle the outcome if it was lost, and ask what is to be asked afterwards."""
        session = opened.session
        if session._starting_transaction:  # nothing was read or written
            session.commit_transaction()
            self._posted += asked
            await self.flush()
            return
        before, self._posted = self._posted, []
        last = Statement(_commit_command(), lambda answer: answer, session=session, database="admin")
        lost = await self._exchange([*before, last, *asked])
        await self._judge(opened, before, last, lost)
        if lost is not None and asked:
            raise lost
        for statement in asked:
            self._check(statement)

    async def _judge(
        self, opened: Opened, before: Sequence[Statement], last: Statement, lost: PyMongoError | None
    ) -> None:
        """Find out whether a transaction is committed; return if so.

        Raises:
            PyMongoError: why it is not.
            OutcomeUnknownError: if nobody says.
        """
        ends_at = time.monotonic() + self._driver.patience_seconds
        try:
            for statement in before:
                if statement.answer is not None:
                    self._check(statement)
        except PyMongoError as error:
            if last.answer is not None and last.answer.get("ok"):
                raise TornTransactionError(repr(before[0].shape)) from error
            raise
        if lost is not None and any(statement.answer is None for statement in before):
            abort = partial(self._client.admin.command, {"abortTransaction": 1}, session=opened.session)
            await abort_or_confirm(opened, partial(self._blocking, abort), lost, ends_at)
        elif last.answer is None or not last.answer.get("ok") or "writeConcernError" in last.answer:
            await commit(opened, ends_at)
        opened.session._transaction.state = _TxnState.COMMITTED

    def _check(self, statement: Statement) -> None:
        """Raise what is wrong with an answer."""
        answer = statement.answer or {}
        _check_command_response(answer, self._connection.max_wire_version, parse_write_concern_error=True)
        statements.raise_write_errors(answer)
        if statement.shape[0] in WRITES:
            self._driver.proven.add(statement)

    async def _exchange(self, posted: Sequence[Statement]) -> PyMongoError | None:
        """Write statements and take their answers; return what broke the connection, if something did."""
        events = CommandEvents(self._client, self._connection)
        encoded = [self._encoded(statement) for statement in posted]
        for statement, (request_id, _) in zip(posted, encoded, strict=True):
            events.started(statement, request_id, self._database_of(statement))
        unanswered = iter(zip(posted, encoded, strict=True))

        def heard(reply: Any) -> None:
            statement, (request_id, _) = next(unanswered)
            statement.answer = reply.unpack_response(codec_options=self._options)[0]
            self._client._process_response(statement.answer, statement.session)
            events.answered(statement, request_id, self._database_of(statement))

        try:
            await self._wire.exchange(b"".join(raw for _, raw in encoded), [name for name, _ in encoded], heard)
        except PyMongoError as error:
            self._wire.release(error, self._session)
            return error
        except BaseException as error:
            self._wire.release(error, self._session)
            raise
        return None

    def _database_of(self, statement: Statement) -> str:
        return statement.database or str(self._driver.database.name)

    def _encoded(self, statement: Statement) -> tuple[int, bytes]:
        """Return the bytes of a statement, with what ties it to its session and cluster time, and their name."""
        command, session, connection = statement.command, statement.session, self._connection
        connection.add_server_api(command)
        if session is not None:
            session._apply_to(command, False, ReadPreference.PRIMARY, connection)
            session._transaction.set_in_progress()
        connection.send_cluster_time(command, session, self._client)
        request_id, raw, _, _ = _op_msg(
            0, command, self._database_of(statement), None, self._options, ctx=connection.compression_context
        )
        return request_id, raw


def _commit_command() -> Document:
    return {"commitTransaction": 1, "writeConcern": DURABLE.document}
