"""Grants: calls, applications, eligibility, awards, three-party agreements.

Owns      call, application, eligibility_finding, award, agreement, agreement_signature
Door      operations.draft_call, publish_call, close_call; save_application, submit_application, withdraw_application,
          judge_application, decide_finding, award_application, reject_application, draft_agreement, sign_agreement;
          queries.call_seen_by, application_seen_by, agreement_seen_by, agreement_of_voucher
Holds     nothing is submitted after the deadline; a case keeps its ruleset; awards never exceed the budget;
          an agreement is in force when firm, supplier and agency have signed the same bytes, and then has one voucher
"""
