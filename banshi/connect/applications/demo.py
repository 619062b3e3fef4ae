"""Sample applications behind the port, in a SQLite file that fills itself."""

from __future__ import annotations

import hashlib
import hmac
import random
import re
import sqlite3
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from sqlalchemy import URL, Column, Engine, LargeBinary, MetaData, String, Table, Text, create_engine, insert, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from banshi.connect.applications.demo_samples import VERSION, generate_samples
from banshi.connect.applications.port import Application, canonical_number
from banshi.connect.resilience.errors import SystemUnavailableError
from banshi.knowledge.guide import Guide

_TABLES = MetaData()
_APPLICATIONS = Table(
    "demo_applications",
    _TABLES,
    Column("application_no", String(32), primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("person", String(64), nullable=False, index=True),
    Column("document", Text, nullable=False),
)
_STAMP = Table("demo_applications_stamp", _TABLES, Column("stamp", String(200), primary_key=True))

_HASH = re.compile(r"[0-9a-f]{64}")

# Compared with when the number is unknown, so that this costs the same. No second factor has a digest of zeros.
_DECOY = (bytes(16), bytes(32))


class DemoApplications:
    """`ApplicationSource` over invented applications, for demonstrations, development and tests.

    The file is filled when it is missing, or was filled by another version of the generator, from other guides, or for another
    day: samples that grow old would all become overdue. It is built aside and put in place at once, so that several
    processes may start together.

    Second factors are stored as salted scrypt digests only. There are just 11,000 of them, so no digest protects against
    somebody who has the file; what protects real applications is the limit on attempts and a file that nobody else reads.

    Example:
        >>> source = DemoApplications(Path("var/demo_applications.db"), guides=guides, today=date.today())
        >>> source.find("JL202611000001", "1234").stage.value
        '审核'
    """

    def __init__(self, path: Path, *, guides: Mapping[str, Guide], today: date) -> None:
        """Open the file, filling it first if needed (about two seconds).

        Args:
            path: the SQLite file; its folder is created.
            guides: guides by id; items, departments, materials and promises come from them.
            today: the day for which samples are made.

        Raises:
            SystemUnavailableError: `path` holds something else, which is left as it is, or cannot be written.
            ValueError: no guide can have a waiting application.
        """
        self._engine = _reader(path)
        stamp = _stamp(guides, today)
        if self._stored_stamp(path) != stamp:
            try:
                _fill(path, stamp, guides, today)
            except (OSError, SQLAlchemyError) as error:
                raise SystemUnavailableError(f"cannot write the sample applications to {path}: {error}") from error

    def find(self, application_no: str, second_factor: str) -> Application | None:
        """See `ApplicationSource.find`."""
        number, offered = canonical_number(application_no), canonical_number(second_factor)
        columns = _APPLICATIONS.c
        try:
            with self._engine.connect() as connection:
                row = connection.execute(select(columns.salt, columns.digest).where(columns.application_no == number)).one_or_none()
                salt, expected = (row.salt, row.digest) if row else _DECOY
                if not hmac.compare_digest(_digest(offered, salt), expected):
                    return None
                # Read only now: a wrong second factor must not cost more than a wrong number.
                document = connection.execute(select(columns.document).where(columns.application_no == number)).scalar_one()
        except SQLAlchemyError as error:
            raise SystemUnavailableError(f"the sample applications cannot be read: {error}") from error
        return Application.model_validate_json(document)

    def of_person(self, identity: str) -> tuple[Application, ...]:
        """See `ApplicationSource.of_person`."""
        if not _HASH.fullmatch(identity):
            return ()
        columns = _APPLICATIONS.c
        try:
            with self._engine.connect() as connection:
                documents = connection.execute(select(columns.document).where(columns.person == identity)).scalars().all()
        except SQLAlchemyError as error:
            raise SystemUnavailableError(f"the sample applications cannot be read: {error}") from error
        found = [Application.model_validate_json(document) for document in documents]
        return tuple(sorted(found, key=lambda one: (one.received_on, one.application_no), reverse=True))

    def _stored_stamp(self, path: Path) -> str | None:
        """What the file was filled from; None when there is no file yet."""
        if not path.exists() or path.stat().st_size == 0:
            return None
        try:
            with self._engine.connect() as connection:
                stamp: str = connection.execute(select(_STAMP.c.stamp)).scalar_one()
        except SQLAlchemyError as error:
            # Not ours to overwrite.
            raise SystemUnavailableError(f"{path} is not a file of sample applications; move it away or choose another path") from error
        return stamp


def _reader(path: Path) -> Engine:
    """Opens the file anew for each use, read-only: a file put in place meanwhile is seen, one that is gone is an error."""
    uri = f"{path.resolve().as_uri()}?mode=ro"
    return create_engine("sqlite://", creator=lambda: sqlite3.connect(uri, uri=True), poolclass=NullPool)


def _fill(path: Path, stamp: str, guides: Mapping[str, Guide], today: date) -> None:
    # Salts may be foreseen here: they belong to invented people, and the file is to be the same each time.
    salts = random.Random(stamp)
    rows = []
    for sample in generate_samples(guides, today):
        salt = salts.randbytes(16)
        rows.append(
            {
                "application_no": sample.application.application_no,
                "salt": salt,
                "digest": _digest(canonical_number(sample.second_factor), salt),
                "person": sample.identity,
                "document": sample.application.model_dump_json(by_alias=True),
            }
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as folder:
        aside = Path(folder) / path.name
        engine = create_engine(URL.create("sqlite", database=str(aside)), poolclass=NullPool)
        with engine.begin() as connection:
            _TABLES.create_all(connection)
            connection.execute(insert(_APPLICATIONS), rows)
            connection.execute(insert(_STAMP), {"stamp": stamp})
        aside.replace(path)


def _stamp(guides: Mapping[str, Guide], today: date) -> str:
    content = hashlib.sha256()
    for key in sorted(guides):
        content.update(guides[key].model_dump_json().encode())
    return f"{VERSION}:{today.isoformat()}:{content.hexdigest()}"


def _digest(second_factor: str, salt: bytes) -> bytes:
    return hashlib.scrypt(second_factor.encode(), salt=salt, n=2**11, r=8, p=1, dklen=32)
