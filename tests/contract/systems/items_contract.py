"""What every adapter of `ItemLibrary` must do. Inherit the class and give its fixture."""

from __future__ import annotations

import pytest

from banshi.connect.items.port import CATALOGUE, GUIDE, KINDS, LAYERS, LIST, ItemChange, ItemLibrary
from banshi.connect.resilience.errors import SystemRefusedError


def everything(library: ItemLibrary) -> list[ItemChange]:
    """All changes, page by page."""
    found: list[ItemChange] = []
    page = library.changes(None)
    found += page.changes
    while page.more:
        page = library.changes(page.cursor)
        found += page.changes
    return found


class ItemLibraryContract:
    """Inherited by the tests of each adapter."""

    @pytest.fixture
    def library(self) -> ItemLibrary:
        """A library that answers, with several pages of changes of all layers."""
        raise NotImplementedError

    def test_all_changes_come_once_and_in_order(self, library: ItemLibrary) -> None:
        changes = everything(library)
        assert library.changes(None).more, "one page says nothing about cursors"
        assert len({one.id for one in changes}) == len(changes)
        moments = [one.at for one in changes if one.at is not None]
        assert moments == sorted(moments) and len(moments) == len(changes)
        assert [one.id for one in everything(library)] == [one.id for one in changes], "the same changes have the same ids"

    def test_the_end_has_nothing_behind_it(self, library: ItemLibrary) -> None:
        page = library.changes(None)
        while page.more:
            page = library.changes(page.cursor)
        behind = library.changes(page.cursor)
        assert (behind.changes, behind.more) == ((), False)

    def test_layers_name_the_layer_above(self, library: ItemLibrary) -> None:
        changes = everything(library)
        assert {one.layer for one in changes} == set(LAYERS)
        assert {one.kind for one in changes} <= set(KINDS)
        codes = {layer: {one.code for one in changes if one.layer == layer} for layer in LAYERS}
        assert all(one.parent is None for one in changes if one.layer == CATALOGUE)
        assert all(one.parent in codes[CATALOGUE] for one in changes if one.layer == LIST)
        assert all(one.parent in codes[LIST] for one in changes if one.layer == GUIDE)

    def test_what_is_coded_comes_by_label(self, library: ItemLibrary) -> None:
        by_id = {one.id: one for one in everything(library)}
        [guide] = [one for one in by_id.values() if one.layer == GUIDE and one.kind == "修改"]
        assert guide.problems == ()
        assert (guide.fields["project_type"], guide.fields["handle_area"], guide.fields["promise_type"]) == ("承诺件", "全国", "工作日")
        assert [one["is_need"] for one in guide.fields["materials"]] == ["必要", "容缺后补"]

    def test_a_change_that_was_kept_is_read_again_as_it_was(self, library: ItemLibrary) -> None:
        for one in everything(library):
            again = library.understand(one.raw)
            assert (again.id, again.layer, again.fields, again.at) == (one.id, one.layer, one.fields, one.at)

    def test_an_unknown_cursor_is_refused(self, library: ItemLibrary) -> None:
        with pytest.raises(SystemRefusedError):
            library.changes("别处的游标")
