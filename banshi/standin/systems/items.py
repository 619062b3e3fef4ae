"""Stand-in of the item library: pages of changes behind a cursor, with the library's own numbers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Query
from pydantic import AwareDatetime, BaseModel, Field

from banshi.connect.items.invented import invented_changes
from banshi.standin.shop import Shop

_NOBODY_KNOWS = "77"
_LAYERS = {"基本目录": "1", "实施清单": "2", "办事指南": "3"}
_KINDS = {"新增": "1", "修改": "2", "取消": "3"}
_TASK_TYPES = {"行政确认": "07", "公共服务": "20"}
_PROJECT_TYPES = {"承诺件": "1", "即办件": "2", "上报件": "3", "联办件": "4"}
_AREAS = {"全国": "6", "跨省": "5", "全省(跨市)": "4", "全市(跨县)": "3", "全县": "2", "无": "1"}
_DAYS = {"自然日": "1", "工作日": "2"}
_NEEDS = {"非必要": "1", "必要": "2", "容缺后补": "3"}
_MATERIALS = {"证件证书证明": "1", "申请表格文书": "2", "其他": "3"}
_FORMATS = {"纸质": "1", "电子化": "2", "纸质/电子化": "3"}
_SOURCES = {"申请人自备": "10", "政府部门核发": "20", "其他": "99"}


class Material(BaseModel):
    """申请材料。"""

    materialName: str = Field(description="材料名称")
    isNeed: str | None = Field(default=None, description="必要性：1 非必要，2 必要，3 容缺后补")
    materialType: str | None = Field(default=None, description="材料类型：1 证件证书证明，2 申请表格文书，3 其他")
    materialFormat: str | None = Field(default=None, description="材料形式：1 纸质，2 电子化，3 纸质/电子化")
    sourceType: str | None = Field(default=None, description="来源渠道：10 申请人自备，20 政府部门核发，99 其他")
    originals: int | None = Field(default=None, description="原件份数")
    copies: int | None = Field(default=None, description="复印件份数")
    sharingDepartment: str | None = Field(
        default=None, description="可共享取得该材料数据的部门（事项数据资源供需对接的结果）；没有对接的不填"
    )


class Fields(BaseModel):
    """该条目现在的内容。各层用到的字段不同，没有的不填。带 Name 后缀的是代码对应的名称，供核对。"""

    taskType: str | None = Field(
        default=None, description="事项类型：01 行政许可，05 行政给付，07 行政确认，08 行政奖励，09 行政裁决，10 其他行政权力，20 公共服务"
    )
    taskState: str | None = Field(default=None, description="事项状态：1 在用，2 暂停，3 取消")
    projectType: str | None = Field(default=None, description="办件类型：1 承诺件，2 即办件，3 上报件，4 联办件")
    projectTypeName: str | None = Field(default=None, description="办件类型名称")
    handleArea: str | None = Field(default=None, description="通办范围：6 全国，5 跨省，4 全省(跨市)，3 全市(跨县)，2 全县，1 无")
    promiseDay: int | None = Field(default=None, description="承诺办结时限")
    promiseType: str | None = Field(default=None, description="承诺办结时限单位：1 自然日，2 工作日")
    anticipateDay: int | None = Field(default=None, description="法定办结时限")
    anticipateType: str | None = Field(default=None, description="法定办结时限单位：1 自然日，2 工作日")
    deptName: str | None = Field(default=None, description="主管部门")
    linkWay: str | None = Field(default=None, description="咨询方式")
    superviseWay: str | None = Field(default=None, description="监督投诉方式")
    transactAddr: str | None = Field(default=None, description="办理地址")
    transactTime: str | None = Field(default=None, description="办理时间")
    materials: list[Material] | None = Field(default=None, description="申请材料")
    handleItems: list[str] | None = Field(default=None, description="业务办理项名称")


class Change(BaseModel):
    """一条变更。同一条变更的编号永远不变。"""

    changeId: str = Field(description="变更编号")
    layer: str = Field(description="层级：1 基本目录，2 实施清单，3 办事指南")
    changeType: str = Field(description="变更类型：1 新增，2 修改，3 取消")
    code: str = Field(description="基本编码、实施编码或指南编码")
    parentCode: str | None = Field(description="上一层条目的编码；基本目录没有")
    regionCode: str | None = Field(description="地区代码；全省的不填")
    name: str = Field(description="事项名称")
    changedAt: AwareDatetime = Field(description="变更时间，带时区")
    fields: Fields


class Page(BaseModel):
    """一页变更，先变的在前。"""

    changes: list[Change]
    nextCursor: str | None = Field(description="下次请求从这里接着读")
    hasMore: bool = Field(description="现在是否还有下一页")


class Refused(BaseModel):
    """不受理的原因。"""

    detail: str


def make(shop: Shop) -> FastAPI:
    """The stand-in."""
    app = FastAPI(
        title="政务服务事项库（替身）",
        version="1",
        description="事项三层（基本目录、实施清单、办事指南）的变更推送接口：对方按游标分页来取，取到的位置由对方保存。",
    )
    made = shop.now()

    @app.get("/v1/changes", summary="取变更", responses={422: {"model": Refused, "description": "游标不认识"}})
    def changes(
        cursor: Annotated[str | None, Query(description="上次返回的 nextCursor；不填从头开始", max_length=200)] = None,
        limit: Annotated[int, Query(description="每页最多几条", ge=1, le=1000)] = 100,
    ) -> Page:
        """按发生的先后返回游标之后的变更。"""
        rows = [_told(one) for one in invented_changes(made)]
        try:
            begin = int(cursor or 0)
        except ValueError:
            begin = -1
        if not 0 <= begin <= len(rows):
            raise HTTPException(422, "事项库不认识这个读取位置。")
        # A page is never larger than this, whatever is asked: who reads must be able to go on.
        end = min(begin + min(limit, 4), len(rows))
        page = rows[begin:end]
        if shop.wrong_labels and page:
            page[-1].fields.projectType = _NOBODY_KNOWS
        return Page(changes=page, nextCursor=str(end), hasMore=end < len(rows))

    return app


def _told(change: dict[str, Any]) -> Change:
    said = change["fields"]
    coded = {
        "taskType": _TASK_TYPES.get(said.get("task_type")),
        "projectType": _PROJECT_TYPES.get(said.get("project_type")),
        "projectTypeName": said.get("project_type"),
        "handleArea": _AREAS.get(said.get("handle_area")),
        "promiseType": _DAYS.get(said.get("promise_type")),
        "promiseDay": said.get("promise_day"),
        "deptName": said.get("dept_name"),
        "linkWay": said.get("link_way"),
        "transactTime": said.get("transact_time"),
        "handleItems": said.get("handle_items"),
        "materials": [_material(one) for one in said["materials"]] if "materials" in said else None,
    }

    return Change(
        changeId=change["id"],
        layer=_LAYERS[change["layer"]],
        changeType=_KINDS[change["kind"]],
        code=change["code"],
        parentCode=change["parent"],
        regionCode=change["region"],
        name=change["name"],
        changedAt=change["at"],
        fields=Fields(**coded),
    )


def _material(one: dict[str, Any]) -> Material:
    return Material(
        materialName=one["material_name"],
        isNeed=_NEEDS.get(one.get("is_need", "")),
        materialType=_MATERIALS.get(one.get("material_type", "")),
        materialFormat=_FORMATS.get(one.get("material_format", "")),
        sourceType=_SOURCES.get(one.get("source_type", "")),
        originals=one.get("page_num_y"),
        copies=one.get("page_num_f"),
        sharingDepartment=one.get("sharing_department"),
    )
