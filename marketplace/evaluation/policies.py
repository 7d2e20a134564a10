"""Who may do what in an evaluation. Whether the state allows it is `advance`'s affair."""

from marketplace.core.viewer import Role, Viewer
from marketplace.evaluation.models import Decision, DecisionState, ScoreSheet, SheetState


def may_list(viewer: Viewer) -> bool:
    """Evaluators see what they judge, staff the whole."""
    return viewer.sees_everything or viewer.has(Role.EVALUATOR)


def may_look_inside(viewer: Viewer) -> bool:
    """Panels, flags and ranked lists are for those who see everything."""
    return viewer.sees_everything


def may_run(viewer: Viewer) -> bool:
    """A programme officer opens evaluations, draws panels, drafts decisions; none who judges in it themselves."""
    return viewer.has(Role.PROGRAMME_OFFICER)


def may_see_sheet(viewer: Viewer, sheet: ScoreSheet) -> bool:
    """Whose it is, and those who see everything."""
    return viewer.sees_everything or is_theirs(viewer, sheet)


def is_theirs(viewer: Viewer, sheet: ScoreSheet) -> bool:
    """A sheet belongs to one evaluator, and to nobody else: not to an officer, not to whoever presides."""
    return viewer.has(Role.EVALUATOR) and viewer.person_id == sheet.person_id


def may_score(viewer: Viewer, sheet: ScoreSheet) -> bool:
    """Points are given by whose sheet it is, until it is locked."""
    return is_theirs(viewer, sheet) and sheet.state == SheetState.OPEN


def may_confirm(viewer: Viewer, decision: Decision) -> bool:
    """Another officer than the one who drafted it."""
    return may_run(viewer) and decision.state == DecisionState.PROPOSED and viewer.person_id != decision.drafted_by


def may_object(viewer: Viewer, organisation_id: int) -> bool:
    """A signatory of the firm."""
    return viewer.has(Role.SME_SIGNATORY) and viewer.organisation_id == organisation_id


def may_see_result(viewer: Viewer, organisation_id: int) -> bool:
    """The firm's own people, and those who see everything."""
    return viewer.sees_everything or (viewer.is_sme and viewer.organisation_id == organisation_id)
