"""Grants: calls, applications, eligibility, awards, three-party agreements.

Owns      call, application, eligibility_finding, award, agreement, agreement_party, agreement_signature
Door      operations.draft_call, change_call, publish_call, close_call, decide_call; save_application,
          change_application, submit_application, withdraw_application; judge_application, decide_finding,
          award_application, reject_application; draft_agreement, reissue_agreement, sign_agreement,
          terminate_agreement; replace_party, change_last_day, end_agreement (for amendments); issue_award_letter,
          issue_signature_record; queries.find_call_seen_by, find_application_seen_by,
          find_agreement_seen_by, find_agreement_of_voucher, open_calls, calls_of_programme, numbers_of, waiting_for
Holds     nothing is submitted after the deadline; a case keeps its ruleset; awards never exceed the budget;
          an agreement is in force when every required party has signed the same PDF, each known again and all conditions
          looked at once more at that moment, and then has one voucher
"""
