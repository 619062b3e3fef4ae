"""Stand-in of the platform on which departments share data, with the knowledge's sample list behind its codes."""

from __future__ import annotations

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field

from banshi.connect.sharing.demo import DemoSharing
from banshi.connect.sharing.http import LABELS, MOUNTED
from banshi.knowledge.material_tables import load_shared_data
from banshi.settings import ROOT
from banshi.standin.shop import Shop


class Wanted(BaseModel):
    """查询条件"""

    model_config = ConfigDict(extra="forbid")
    regionCode: str = Field(max_length=20, description="办理地的行政区划代码，开发区用 JL- 开头的代码")
    materialNames: list[str] = Field(min_length=1, max_length=200, description="材料名称，与申请材料数据共享责任清单一致")


class Resource(BaseModel):
    """一份材料对应的共享数据资源"""

    materialName: str = Field(description="材料名称，与查询的一致")
    departmentCode: str = Field(description="数据责任部门代码")
    resourceState: int = Field(description="资源状态：1 已挂载，2 已编目未挂载，3 停用；只有 1 能取得数据")


class Resources(BaseModel):
    """查询结果"""

    resources: list[Resource]


def make(shop: Shop) -> FastAPI:
    """The stand-in."""
    app = FastAPI(
        title="数据共享平台",
        version="1",
        description="按材料名称和办理地查询共享数据资源是否已挂载、由哪个部门负责。请求须签名；不提供数据本身。",
    )
    folder = ROOT / "knowledge"
    platform = DemoSharing(folder)

    @app.post("/resources/query", summary="查询材料对应的共享数据资源")
    def query(wanted: Wanted) -> Resources:
        """责任清单里没有的材料不出现在结果里；在办理地还没有接通的，状态为“已编目未挂载”。可以重复查询。"""
        ready = {one.material for one in platform.obtainable(wanted.materialNames, wanted.regionCode)}
        listed = {one.name: one.department for one in load_shared_data(folder / "sharing.yml")}
        state = LABELS["resourceState"]
        return Resources(
            resources=[
                Resource(
                    materialName=name,
                    departmentCode="99" if shop.wrong_labels else LABELS["departmentCode"].write(listed[name]),
                    resourceState=int(state.write(MOUNTED if name in ready else "已编目未挂载")),
                )
                for name in wanted.materialNames
                if name in listed
            ]
        )

    return app
