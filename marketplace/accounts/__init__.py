"""Accounts: organisations, people, their roles, sign-in, and who is barred.

Owns      organisation, person, membership, invitation, staff_role, recovery_code, sign_in_session, sign_in_attempt,
          mail_token, step_up, bar, relation, registry_check, final_grade
Door      operations.* to act (sign up, invite, grant, note_business_state, note_final_grade, bar,
          step_up, and require_step_up before something binds; ask_registry where a firm is about to be bound),
          queries.* to look (viewer_of_session, organisation_seen_by, people_to_tell, standing_of, business_status_of,
          final_grades)
Holds     a staff role needs two persons; officers and auditors hold a second factor; what was revoked is refused at the
          next request; known and unknown addresses get the same answer
"""
