"""Who a session token stands for."""

from marketplace.accounts import queries
from marketplace.accounts.operations import end_session
from marketplace.core.db import session, transaction
from marketplace.core.viewer import Role
from marketplace.evidence.models import Event
from tests import factories


def test_a_signatory_of_a_buying_firm_has_the_two_buyer_roles(app):
    sme = factories.make_sme()
    viewer = queries.find_viewer_of_session(factories.cookie_of(sme))
    assert viewer.roles == {Role.SME_MEMBER, Role.SME_SIGNATORY}
    assert viewer.organisation_id == sme.organisation_id


def test_an_ended_session_stands_for_nobody_and_leaves_evidence(app):
    token = factories.cookie_of(factories.make_sme())
    viewer = queries.find_viewer_of_session(token)
    with transaction():
        end_session(viewer.session_id, by=viewer)
    assert queries.find_viewer_of_session(token) is None
    event = session.query(Event).filter_by(action="session:ended").one()
    assert event.actor_id == viewer.person_id
    assert event.changes[event.subject]["revoked_at"][0] is None
