"""Who may do what with matching days, their pairs and rankings."""

from marketplace.core.viewer import Role, Viewer
from marketplace.matchday.models import (
    DayMethod,
    DayState,
    MatchingDay,
    MatchingDayEntry,
    MatchingDayPair,
    MatchingDaySeat,
)

BEFORE_ROUND = (DayState.DRAFT, DayState.SCORING, DayState.SCORED, DayState.RANKING, DayState.RANKED, DayState.SOLVED)
SCORED = (DayState.SCORED, DayState.RANKING, DayState.RANKED, DayState.SOLVED, DayState.PUBLISHED)


def may_list(viewer: Viewer) -> bool:
    """Firms see the days they take part in, staff all."""
    return viewer.sees_everything or viewer.is_sme or viewer.is_supplier


def may_run(viewer: Viewer) -> bool:
    """A programme officer makes and runs days."""
    return viewer.has(Role.PROGRAMME_OFFICER)


def may_look_inside(viewer: Viewer) -> bool:
    """Those who see everything see all pairs and scores."""
    return viewer.sees_everything


def may_solve(viewer: Viewer, day: MatchingDay) -> bool:
    """Once it is scored; a stable day once its rankings are closed."""
    ready = DayState.SCORED if day.method == DayMethod.OPTIMAL else DayState.RANKED
    return may_run(viewer) and day.state in (ready, DayState.SOLVED, DayState.PUBLISHED)


def may_hold(viewer: Viewer, day: MatchingDay) -> bool:
    """Pairs are held and slots set once there are scores, until the day is over."""
    return may_run(viewer) and day.state in SCORED


def speaks_for(viewer: Viewer, side: MatchingDayEntry | MatchingDaySeat) -> bool:
    """Whether the viewer acts for the firm that asks, or the one that offers."""
    rightly = viewer.is_sme if isinstance(side, MatchingDayEntry) else viewer.is_supplier
    return rightly and viewer.organisation_id == side.organisation_id


def may_rank(viewer: Viewer, day: MatchingDay, side: MatchingDayEntry | MatchingDaySeat) -> bool:
    """Each side ranks while rankings are open."""
    return speaks_for(viewer, side) and day.state == DayState.RANKING and side.left_at is None


def may_answer(viewer: Viewer, day: MatchingDay, entry: MatchingDayEntry, seat: MatchingDaySeat | None) -> bool:
    """Either firm of a pair, once it is published."""
    ours = speaks_for(viewer, entry) or (seat is not None and speaks_for(viewer, seat))
    return day.state == DayState.PUBLISHED and seat is not None and ours


def may_see_pair(viewer: Viewer, entry: MatchingDayEntry, seat: MatchingDaySeat | None, pair: MatchingDayPair) -> bool:
    """The two firms, and those who see everything."""
    firms = {entry.organisation_id, *([seat.organisation_id] if seat else [])}
    return may_look_inside(viewer) or (pair is not None and viewer.organisation_id in firms)
