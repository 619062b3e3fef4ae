"""The platform as `knowledge/sharing.yml` describes it, for demonstrations, development and tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from banshi.connect.resilience.errors import SystemUnavailableError
from banshi.connect.sharing.port import Obtainable
from banshi.knowledge.errors import KnowledgeError
from banshi.knowledge.material_tables import load_shared_data
from banshi.knowledge.regions import RegionTree


class DemoSharing:
    """`Sharing` over the list of the knowledge, read anew each time, so that an editor sees at once what it does.

    Example:
        >>> DemoSharing(ROOT / "knowledge").obtainable(["居民户口簿", "照片"], "220104")
        (Obtainable(material='居民户口簿', department='公安局'),)
    """

    def __init__(self, knowledge_dir: Path) -> None:
        """Take the folder of the knowledge."""
        self._folder = knowledge_dir

    def obtainable(self, materials: Sequence[str], region: str) -> tuple[Obtainable, ...]:
        """See `Sharing.obtainable`."""
        try:
            listed = {one.name: one for one in load_shared_data(self._folder / "sharing.yml")}
            regions = RegionTree.load(self._folder / "regions.csv")
        except (KnowledgeError, OSError) as error:
            raise SystemUnavailableError(f"the demo of sharing cannot read its list: {error}") from error
        above = set(regions.lineage(region)) if region in regions else set()
        found = (listed[name] for name in materials if name in listed)
        return tuple(Obtainable(one.name, one.department) for one in found if not one.regions or above & set(one.regions))
