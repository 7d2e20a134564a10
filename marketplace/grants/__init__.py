"""Grants: calls, applications, eligibility, awards, three-party agreements; consortia, topics, stages, milestones.

Owns      call, application, eligibility_finding, award, agreement, agreement_signature; call_topic, application_party,
          application_particulars, application_milestone, stage_result
Door      operations.draft_call, change_call, publish_call, close_call, decide_call; save_application,
          change_application, submit_application, withdraw_application; judge_application, decide_finding,
          award_application, reject_application; draft_agreement, sign_agreement, terminate_agreement;
          invite_party, confirm_party, decline_party, remove_party, write_particulars, set_topics, record_stage;
          issue_award_letter, issue_agreement_paper; queries.find_call_seen_by, find_application_seen_by,
          find_agreement_seen_by, find_agreement_of_voucher, open_calls, calls_of_programme, numbers_of, waiting_for
Holds     nothing is submitted after the deadline; a case keeps its ruleset; awards never exceed the budget;
          whoever takes part has said so before it is submitted; all shares add up to the total; a stage ends once;
          an agreement is in force when firm, supplier and agency have signed the same bytes, and then has one voucher
"""
