"""One programme with its people, for the tests of this room."""

from dataclasses import dataclass

import pytest
from sqlalchemy import event

from marketplace.core.viewer import Viewer
from tests import factories
from tests.grants import makers


@dataclass(frozen=True)
class Scene:
    """An open call, its programme, an officer, a firm and a designated supplier."""

    programme_id: int
    call_id: int
    officer: Viewer
    sme: Viewer
    supplier: Viewer

    def apply(self, sme: Viewer | None = None, **facts: object) -> int:
        """An application to the call by `sme` (by the scene's firm without one)."""
        return makers.make_application(self.call_id, sme=sme or self.sme, supplier=self.supplier, **facts)


@pytest.fixture
def scene(app) -> Scene:
    officer = factories.make_officer()
    programme_id = makers.make_programme(officer=officer)
    return Scene(
        programme_id=programme_id,
        call_id=makers.make_call(programme_id, officer=officer, budget_minor=100_000_000),
        officer=officer,
        sme=factories.make_sme(),
        supplier=makers.make_designated_supplier(programme_id, officer=officer),
    )


@pytest.fixture
def statements(app):
    """Counts what is sent to the database."""
    seen = []
    engine = app.extensions["engine"]
    note = lambda *args: seen.append(args[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)
