"""Where an answer waits for an operator's word: rules by domain and region, each made and ended by somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from banshi.store.errors import NotFoundError
from banshi.store.schema import Moment, Name, Words, columns, metadata

validation_rules = sa.Table(
    "validation_rules",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("domain", Words),
    sa.Column("region", Name(20)),
    sa.Column("created_by", Words, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("ended_at", Moment, index=True),
    sa.Column("ended_by", Words),
)


@dataclass(frozen=True)
class ValidationRule:
    """One rule.

    Attributes:
        domain: of guides; None for all.
        region: region code, what lies under it included; None for the whole province.
        ended_at: when somebody ended it, and who.
    """

    id: int
    domain: str | None
    region: str | None
    created_by: str
    created_at: datetime
    ended_at: datetime | None
    ended_by: str | None


_RULE = columns(validation_rules, ValidationRule)


class ValidationRules:
    """Reads and writes rules within the caller's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, *, domain: str | None, region: str | None, by: str, now: datetime) -> ValidationRule:
        """A new rule."""
        values = {"domain": domain, "region": region, "created_by": by, "created_at": now}
        return ValidationRule(*self._connection.execute(validation_rules.insert().values(values).returning(*_RULE)).one())

    def get(self, identifier: int) -> ValidationRule | None:
        """One rule."""
        row = self._connection.execute(sa.select(*_RULE).where(validation_rules.c.id == identifier)).one_or_none()
        return None if row is None else ValidationRule(*row)

    def end(self, identifier: int, *, by: str, now: datetime) -> ValidationRule:
        """End a rule at once.

        Raises:
            NotFoundError: there is none of this id that is in force.
        """
        standing = sa.and_(validation_rules.c.id == identifier, validation_rules.c.ended_at.is_(None))
        changed = validation_rules.update().where(standing).values(ended_at=now, ended_by=by).returning(*_RULE)
        row = self._connection.execute(changed).one_or_none()
        if row is None:
            raise NotFoundError("没有这条核对规则，或者它已经停了。")
        return ValidationRule(*row)

    def standing(self) -> Sequence[ValidationRule]:
        """Those in force, the last made first."""
        wanted = sa.select(*_RULE).where(validation_rules.c.ended_at.is_(None)).order_by(validation_rules.c.id.desc())
        return [ValidationRule(*row) for row in self._connection.execute(wanted)]
