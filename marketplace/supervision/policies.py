"""Who may do what in supervision."""

from collections.abc import Collection

from marketplace.core.viewer import Role, Viewer
from marketplace.supervision.models import FinalEvaluation, FinalReport, MidtermCheck, SiteVisit
from marketplace.vouchers.models import Voucher


def may_list(viewer: Viewer) -> bool:
    """The list of projects: the agency, both kinds of firms, and whoever was named to grade."""
    return viewer.sees_everything or viewer.is_sme or viewer.is_supplier or viewer.has(Role.EVALUATOR)


def may_see(viewer: Viewer, voucher: Voucher, suppliers: Collection[int]) -> bool:
    """A project: its firm, the suppliers of its orders, and those who see everything."""
    if viewer.sees_everything:
        return True
    mine = viewer.organisation_id
    return (viewer.is_sme and voucher.organisation_id == mine) or (viewer.is_supplier and mine in suppliers)


def may_work(viewer: Viewer) -> bool:
    """Ask, visit, judge, call: an officer of the programme."""
    return viewer.has(Role.PROGRAMME_OFFICER)


def may_read_report(viewer: Viewer, report: FinalReport) -> bool:
    """What a firm writes about its business: itself and the agency, never its supplier."""
    return viewer.sees_everything or (viewer.is_sme and viewer.organisation_id == report.organisation_id)


def may_report(viewer: Viewer, report: FinalReport) -> bool:
    """Hand a report in: anybody of the firm."""
    return viewer.is_sme and viewer.organisation_id == report.organisation_id


def may_begin(viewer: Viewer, voucher: Voucher) -> bool:
    """Report before being asked: anybody of the firm."""
    return viewer.is_sme and viewer.organisation_id == voucher.organisation_id


def is_judge(viewer: Viewer, evaluation: FinalEvaluation) -> bool:
    """One of the two who were named, as long as they hold a role for it."""
    named = viewer.person_id in (evaluation.first_id, evaluation.second_id)
    return named and viewer.has(Role.EVALUATOR, Role.PROGRAMME_OFFICER)


def may_object(viewer: Viewer, evaluation: FinalEvaluation) -> bool:
    """Object to a grade: who signs for the firm."""
    return viewer.has(Role.SME_SIGNATORY) and viewer.organisation_id == evaluation.organisation_id


def may_answer_objection(viewer: Viewer, evaluation: FinalEvaluation) -> bool:
    """An officer who did not grade."""
    return may_work(viewer) and viewer.person_id not in (evaluation.first_id, evaluation.second_id)


def may_answer_check(viewer: Viewer, check: MidtermCheck) -> bool:
    """Anybody of the supplier whose work is checked."""
    return viewer.is_supplier and viewer.organisation_id == check.supplier_id


def may_see_check(viewer: Viewer, check: MidtermCheck) -> bool:
    """The supplier and the agency: workers are nobody else's business."""
    return viewer.sees_everything or may_answer_check(viewer, check)


def may_see_visit(viewer: Viewer, visit: SiteVisit) -> bool:
    """The firm that was visited and the agency."""
    return viewer.sees_everything or (
        viewer.organisation_id == visit.organisation_id and (viewer.is_sme or viewer.is_supplier)
    )


def may_see_calls(viewer: Viewer) -> bool:
    """What users said behind their suppliers' backs: officers and auditors, no firm and nobody who manages people."""
    return viewer.is_officer or viewer.has(Role.AUDITOR)
