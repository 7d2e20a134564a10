"""Grants: calls, applications, eligibility, awards, and the agreements of their parties.

Owns      call, call_version, call_amendment_told, call_inquiry; application, application_answer, application_revision,
          application_file, application_signature, section_writer, fix_request, fix_item, firm_certificate;
          eligibility_finding, award, agreement, agreement_party, agreement_signature; call_topic, application_party,
          application_particulars, application_milestone, stage_result
Door      operations.draft_call, change_call, change_form, publish_call, amend_call, close_call, decide_call,
          ask_about_call, answer_about_call; save_application, change_application, save_answers, attach_file,
          remove_file, give_writers, submit_application, replace_application, withdraw_application; ask_for_fix,
          hand_in_fix; bring_certificate, look_at_certificate; invite_party, confirm_party, decline_party, remove_party,
          write_particulars, set_topics, record_stage; judge_application, decide_finding,
          award_application, reject_application; draft_agreement, reissue_agreement, sign_agreement,
          terminate_agreement; replace_party, change_last_day, end_agreement (for amendments); issue_award_letter,
          issue_signature_record; queries.find_call_seen_by, find_application_seen_by, answers_of, files_of, form_of,
          find_agreement_seen_by, find_agreement_of_voucher, open_calls, calls_of_programme, numbers_of, waiting_for
Holds     nothing is submitted after the deadline; what is published, signed or once answered is never rewritten;
          whoever takes part has said so before it is submitted; all shares add up to the total; a stage ends once;
          a firm has one live application a call; a case keeps its ruleset; awards never exceed the budget;
          an agreement is in force when every required party has signed the same PDF, each known again and all conditions
          looked at once more at that moment, and then has one voucher
"""
