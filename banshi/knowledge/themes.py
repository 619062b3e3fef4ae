"""一件事: items that an occasion of life brings together, read from `themes.yml`.

They stand beside the records and are no part of an index: a theme finds nothing, it leads on from what was found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field

from banshi.knowledge.beside import read_list
from banshi.knowledge.errors import KnowledgeError
from banshi.knowledge.guide import Guide, Record
from banshi.knowledge.library import Knowledge
from banshi.knowledge.situations import SituationTree, UnknownAnswerError


class Before(Record):
    """What has to be done before, and the words of the later item's guide that say so."""

    item: str
    says: str = Field(min_length=2)


class Member(Record):
    """One item of a theme. `answers` fixes the choices that the occasion fixes."""

    item: str
    answers: dict[str, str] = Field(default={})
    after: tuple[Before, ...] = ()


class Theme(Record):
    """One 一件事."""

    id: str = Field(pattern=r"^[a-z]+(-[a-z]+)*$")
    name: str = Field(min_length=2, max_length=24)
    summary: str
    offered_by: tuple[str, ...]
    """Guides and Q&A under whose answer it is offered."""
    members: tuple[Member, ...] = Field(min_length=2, max_length=12)

    @property
    def items(self) -> tuple[str, ...]:
        """Ids of the members, in order."""
        return tuple(member.item for member in self.members)

    def stages(self) -> list[list[Member]]:
        """The members in the order in which they can be done: each stage needs only what stages before it have brought.

        Raises:
            KnowledgeError: they wait for each other.
        """
        left, done, stages = list(self.members), set[str](), list[list[Member]]()
        while left:
            ready = [member for member in left if all(before.item in done for before in member.after)]
            if not ready:
                raise KnowledgeError(f"themes.yml {self.id}：{'、'.join(member.item for member in left)} 互相等着对方先办")
            stages.append(ready)
            done |= {member.item for member in ready}
            left = [member for member in left if member not in ready]
        return stages


@dataclass(frozen=True)
class Themes:
    """All themes, and which is offered under which guide or Q&A."""

    by_id: Mapping[str, Theme] = field(default_factory=dict)

    def offered_under(self, source: str) -> Theme | None:
        """The one theme offered under a guide or Q&A, None when there is none."""
        return next((theme for theme in self.by_id.values() if source in theme.offered_by), None)


def load_themes(path: Path, knowledge: Knowledge) -> Themes:
    """Read the themes and check them against the guides; no file, no themes.

    Raises:
        KnowledgeError: the file is malformed, names an item, a choice or an answer that there is not, gives an order that the guide does
            not tell, or offers two themes in one place.
    """
    themes: dict[str, Theme] = {}
    offered: dict[str, str] = {}
    for theme in read_list(path, Theme):
        if theme.id in themes:
            raise KnowledgeError(f"{path.name}：{theme.id} 重复")
        _check(theme, knowledge, f"{path.name} {theme.id}")
        for source in theme.offered_by:
            if other := offered.get(source):
                raise KnowledgeError(f"{path.name} {theme.id}：{source} 下面已经有“{themes[other].name}”，一处最多一个")
            offered[source] = theme.id
        themes[theme.id] = theme
    return Themes(themes)


def _check(theme: Theme, knowledge: Knowledge, where: str) -> None:
    for member in theme.members:
        if member.item not in knowledge.guides:
            raise KnowledgeError(f"{where}：没有事项“{member.item}”的办事指南")
    if len(set(theme.items)) < len(theme.items):
        raise KnowledgeError(f"{where}：同一个事项写了两次")
    for source in theme.offered_by:
        if source not in knowledge.guides and source not in knowledge.qa:
            raise KnowledgeError(f"{where}：offered_by 里的“{source}”既不是办事指南也不是答问")
    for member in theme.members:
        guide = knowledge.guides[member.item]
        try:
            counting = SituationTree(guide).case(member.answers).answers
        except UnknownAnswerError as error:
            raise KnowledgeError(f"{where}：{error}") from error
        if counting != member.answers:
            raise KnowledgeError(f"{where}：{member.item} 的 answers 里有不会问到的选择题")
        words = guide_words(guide)
        for before in member.after:
            if before.item not in theme.items or before.item == member.item:
                raise KnowledgeError(f"{where}：{member.item} 要排在“{before.item}”后面，但它不在这件事里")
            if before.says not in words:
                raise KnowledgeError(f"{where}：{member.item} 的办事指南里没有“{before.says}”，这个先后顺序没有出处")
    theme.stages()


def guide_words(guide: Guide) -> str:
    """What a guide tells people of conditions, documents, steps and cases, where an order must be found."""
    return "\n".join(
        [
            *(fact.text for fact in guide.accept_condition),
            *(f"{material.material_name}\n{material.note or ''}" for material in guide.materials),
            *guide.process,
            *(f"{situation.when}：{situation.effect}" for situation in guide.situations),
            *(answer.text for answer in guide.plain),
        ]
    )
