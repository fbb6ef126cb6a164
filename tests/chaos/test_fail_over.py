"""A replica set of three loses its primary while batches are written back to back: nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from pymongo import MongoClient
from pymongo.errors import AutoReconnect, PyMongoError

from gateway.embedded.binaries import find_mongod
from gateway.embedded.ports import choose_port
from inbox.storage.database import Collections, Database, Session, is_transient, is_unavailable, post

WRITERS = 6
EACH = 40
ELECTION_MS = 3_000
"""An election begins after this silence: MongoDB's own ten seconds would only make the test longer."""


class ReplicaSet:
    """Three mongods without logins."""

    def __init__(self, folder: Path) -> None:
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        for number in range(3):
            port, data = choose_port(None), folder / str(number)
            data.mkdir()
            self._processes[port] = subprocess.Popen(
                [
                    *(str(find_mongod()), "--dbpath", str(data), "--port", str(port), "--bind_ip", "127.0.0.1"),
                    *("--replSet", "three", "--oplogSize", "64", "--wiredTigerCacheSizeGB", "0.25", "--nounixsocket"),
                    *("--setParameter", "diagnosticDataCollectionEnabled=false", "--quiet"),
                ],
                stdout=subprocess.DEVNULL,
            )

    @property
    def url(self) -> str:
        hosts = ",".join(f"127.0.0.1:{port}" for port in self._processes)
        return f"mongodb://{hosts}/gateway?replicaSet=three"

    def step_down(self) -> None:
        """Have the primary become a secondary, and break off what it was doing."""
        with MongoClient(self.url) as client, suppress(AutoReconnect):
            client.admin.command("replSetStepDown", 5, secondaryCatchUpPeriodSecs=2, force=True)

    def kill_primary(self) -> None:
        """End the primary as a power cut would."""
        with MongoClient(self.url) as client:
            client.admin.command("ping")
            _, port = client.primary or (None, None)
        process = self._processes[int(port or 0)]
        process.kill()
        process.wait()

    def stop(self) -> None:
        for process in self._processes.values():
            process.kill()
            process.wait()

    def initiate(self) -> None:
        """Make them a replica set."""
        ports = list(self._processes)
        members = [{"_id": number, "host": f"127.0.0.1:{port}"} for number, port in enumerate(ports)]
        config = {"_id": "three", "members": members, "settings": {"electionTimeoutMillis": ELECTION_MS}}
        for port in ports:  # the driver waits until each answers; the last one makes the set
            with MongoClient("127.0.0.1", port, directConnection=True) as member:
                member.admin.command("ping")
                if port == ports[-1]:
                    member.admin.command("replSetInitiate", config)


@pytest.fixture
def replica_set(tmp_path: Path) -> Iterator[ReplicaSet]:
    three = ReplicaSet(tmp_path)
    try:
        three.initiate()
        yield three
    finally:
        three.stop()
        shutil.rmtree(tmp_path)


async def _write(database: Database, name: str) -> None:
    """Write a pair of documents, and count both in a third; repeat until somebody says that it is done."""

    async def work(collections: Collections, session: Session) -> None:
        if await collections.leases.find_one({"_id": name}, session=session):
            return  # an attempt whose outcome nobody told
        await post(collections.leases.insert_many([{"_id": name}], session=session))
        await post(collections.queues.insert_many([{"_id": name}], session=session))
        await post(collections.queues.update_many({"_id": name}, {"$inc": {"n": 1}}, session=session))

    while True:
        try:
            await database.batch_transaction(work)
        except PyMongoError as error:
            if not (is_unavailable(error) or is_transient(error)):
                raise
        except Exception as error:
            if not is_unavailable(error):
                raise
        else:
            return


async def test_nothing_is_lost_or_doubled(replica_set: ReplicaSet) -> None:
    database = Database(replica_set.url)
    done = Counter[str]()

    async def writer(name: str) -> None:
        for number in range(EACH):
            await _write(database, f"{name}-{number}")
            done[name] += 1

    async def trouble() -> None:
        for cause, after in ((replica_set.step_down, WRITERS * 8), (replica_set.kill_primary, WRITERS * 20)):
            while done.total() < after:
                await _write(database, f"extra-{done.total()}-{after}")
            await asyncio.to_thread(cause)

    async with asyncio.TaskGroup() as group:
        for number in range(WRITERS):
            group.create_task(writer(f"w{number}"))
        group.create_task(trouble())

    leases = {d["_id"] for d in await database.leases.find({}).to_list(None)}
    queues = {d["_id"]: d["n"] for d in await database.queues.find({}).to_list(None)}
    assert leases == set(queues), "half a transaction"
    assert {f"w{w}-{n}" for w in range(WRITERS) for n in range(EACH)} <= leases
    assert set(queues.values()) == {1}, "one came twice"
    database.close()
