"""Mid-term checks and visits."""

from collections.abc import Sequence

from sqlalchemy import select

from marketplace.core.db import session
from marketplace.core.viewer import Viewer
from marketplace.supervision import policies
from marketplace.supervision.models import MidtermAnswer, MidtermCheck, MidtermFile, SitePhoto, SiteVisit


def find_check_seen_by(viewer: Viewer, check_id: int) -> MidtermCheck | None:
    """A check of the viewer's own work, or any for those who see everything."""
    row = session.scalars(select(MidtermCheck).where(MidtermCheck.id == check_id)).one_or_none()
    return row if row is not None and policies.may_see_check(viewer, row) else None


def checks_of_voucher(viewer: Viewer, voucher_id: int) -> list[MidtermCheck]:
    """The checks of a project that the viewer may see, the newest first."""
    statement = select(MidtermCheck).where(MidtermCheck.voucher_id == voucher_id).order_by(MidtermCheck.id.desc())
    return [each for each in session.scalars(statement.limit(200)) if policies.may_see_check(viewer, each)]


def checks_of_order(order_id: int) -> Sequence[MidtermCheck]:
    """The checks of one order, the newest first."""
    statement = select(MidtermCheck).where(MidtermCheck.order_id == order_id).order_by(MidtermCheck.id.desc())
    return session.scalars(statement.limit(100)).all()


def answers_of(check_id: int) -> Sequence[MidtermAnswer]:
    """What the supplier showed, the newest first."""
    statement = select(MidtermAnswer).where(MidtermAnswer.check_id == check_id)
    return session.scalars(statement.order_by(MidtermAnswer.number.desc()).limit(50)).all()


def files_of_answers(answer_ids: Sequence[int]) -> dict[int, list[MidtermFile]]:
    """Answer -> its sample data, by name."""
    found: dict[int, list[MidtermFile]] = {each: [] for each in answer_ids}
    statement = select(MidtermFile).where(MidtermFile.answer_id.in_(answer_ids)).order_by(MidtermFile.name)
    for file in session.scalars(statement):
        found[file.answer_id].append(file)
    return found


def find_check_file(check_id: int, file_id: int) -> MidtermFile | None:
    """Sample data of one of the check's answers."""
    statement = select(MidtermFile).join(MidtermAnswer, MidtermAnswer.id == MidtermFile.answer_id)
    return session.scalars(statement.where(MidtermFile.id == file_id, MidtermAnswer.check_id == check_id)).one_or_none()


def find_visit_seen_by(viewer: Viewer, visit_id: int) -> SiteVisit | None:
    """A visit to the viewer's firm, or any for those who see everything."""
    row = session.scalars(select(SiteVisit).where(SiteVisit.id == visit_id)).one_or_none()
    return row if row is not None and policies.may_see_visit(viewer, row) else None


def visits_of(voucher_id: int, viewer: Viewer | None = None) -> list[SiteVisit]:
    """The visits of a project, the newest first; with a viewer those that they may see."""
    statement = select(SiteVisit).where(SiteVisit.voucher_id == voucher_id).order_by(SiteVisit.id.desc()).limit(200)
    rows = session.scalars(statement).all()
    return [each for each in rows if viewer is None or policies.may_see_visit(viewer, each)]


def photos_of(visit_id: int) -> Sequence[SitePhoto]:
    """The photos of a visit, in their order."""
    return session.scalars(select(SitePhoto).where(SitePhoto.visit_id == visit_id).order_by(SitePhoto.id)).all()


def find_photo(visit_id: int, photo_id: int) -> SitePhoto | None:
    """One photo of a visit."""
    statement = select(SitePhoto).where(SitePhoto.id == photo_id, SitePhoto.visit_id == visit_id)
    return session.scalars(statement).one_or_none()
