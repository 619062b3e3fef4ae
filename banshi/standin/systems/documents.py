"""Stand-in of the document library and the platform of public questions."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import FastAPI, HTTPException, Query
from pydantic import BaseModel, Field

from banshi.connect.documents.demo import found_by, page_after
from banshi.connect.documents.invented import INVENTED_ANSWERS, INVENTED_DOCUMENTS
from banshi.connect.documents.port import PolicyDocument
from banshi.connect.resilience.errors import SystemRefusedError
from banshi.standin.shop import Shop

_STANDINGS = {"有效": "1", "已修改": "2", "失效": "3", "废止": "4"}
_NOBODY_KNOWS = "77"
_LARGEST_PAGE = 3


class Document(BaseModel):
    """一份文件的一个版本。"""

    docId: str = Field(description="文件编号")
    revision: int = Field(description="第几版，从 1 起")
    title: str = Field(description="标题")
    documentNumber: str | None = Field(description="文号；没有文号的不填")
    organ: str = Field(description="发文机关")
    issued: date | None = Field(description="成文日期")
    effective: date | None = Field(description="施行日期")
    expires: date | None = Field(description="失效日期：从这一天起不再有效")
    status: str = Field(description="效力：1 有效，2 已修改，3 失效，4 废止")
    url: str = Field(description="公开地址")
    text: str = Field(description="正文，一段一行，不含标题和文号")


class Found(BaseModel):
    """查到的文件，新的在前。"""

    documents: list[Document]


class Documents(Found):
    """一页文件，先变更的在前。"""

    nextCursor: str | None = Field(description="下次请求从这里接着读")
    hasMore: bool = Field(description="现在是否还有下一页")


class Answer(BaseModel):
    """互动交流平台上公开过的一问一答。"""

    answerId: str = Field(description="答复编号")
    question: str = Field(description="群众的提问")
    answer: str = Field(description="公开答复")
    department: str = Field(description="答复部门")
    answeredOn: date = Field(description="答复日期")
    regionCode: str | None = Field(description="地区代码；全省的不填")
    url: str = Field(description="公开地址")


class Answers(BaseModel):
    """一页答复，先答复的在前。"""

    answers: list[Answer]
    nextCursor: str | None = Field(description="下次请求从这里接着读")
    hasMore: bool = Field(description="现在是否还有下一页")


class Refused(BaseModel):
    """不受理的原因。"""

    detail: str


Cursor = Annotated[str | None, Query(description="上次返回的 nextCursor；不填从头开始", max_length=200)]
Limit = Annotated[int, Query(description="每页最多几条", ge=1, le=1000)]


def make(shop: Shop) -> FastAPI:
    """The stand-in."""
    app = FastAPI(
        title="政务公开平台、文件资料库与互动交流（替身）",
        version="1",
        description="政策文件的检索和变更、互动交流平台的公开答复；变更按游标分页来取，取到的位置由对方保存。",
    )
    refused: dict[int | str, dict[str, object]] = {422: {"model": Refused, "description": "游标不认识"}}

    def told(one: PolicyDocument) -> Document:
        identifier, _, revision = one.id.partition("@")
        return Document(
            docId=identifier,
            revision=int(revision),
            title=one.title,
            documentNumber=one.document_number,
            organ=one.organ,
            issued=one.issued,
            effective=one.effective,
            expires=one.expires,
            status=_NOBODY_KNOWS if shop.wrong_labels else _STANDINGS[one.standing],
            url=one.url,
            text=one.text,
        )

    @app.get("/v1/documents/search", summary="检索文件")
    def search(words: Annotated[str, Query(description="要查的词，用空格分开", max_length=200)], limit: Limit = 10) -> Found:
        """标题、文号或正文里有全部词的文件。"""
        return Found(documents=[told(one) for one in found_by(words, limit)])

    @app.get("/v1/documents", summary="取文件变更", responses=refused)
    def documents(cursor: Cursor = None, limit: Limit = 50) -> Documents:
        """新增和变更的文件。"""
        try:
            rows, behind, more = page_after(INVENTED_DOCUMENTS, cursor, min(limit, _LARGEST_PAGE))
        except SystemRefusedError as error:
            raise HTTPException(422, str(error)) from error
        return Documents(documents=[told(one) for one in rows], nextCursor=behind, hasMore=more)

    @app.get("/v1/answers", summary="取公开答复", responses=refused)
    def answers(cursor: Cursor = None, limit: Limit = 50) -> Answers:
        """新的公开答复。"""
        try:
            rows, behind, more = page_after(INVENTED_ANSWERS, cursor, min(limit, _LARGEST_PAGE))
        except SystemRefusedError as error:
            raise HTTPException(422, str(error)) from error
        told_answers = [
            Answer(
                answerId=one.id,
                question=one.question,
                answer=one.answer,
                department=one.department,
                answeredOn=one.answered,
                regionCode=one.region,
                url=one.url,
            )
            for one in rows
        ]
        return Answers(answers=told_answers, nextCursor=behind, hasMore=more)

    return app
