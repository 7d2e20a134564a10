"""Supervision: looking on while a project runs, its final report and grade, users called back, and why a voucher closed so.

A room of its own above settlement: a project is graded when its money is known.

Owns      final_report, final_report_version, final_report_file, final_evaluation, final_sheet, midterm_check,
          midterm_answer, midterm_file, site_visit, site_photo, callback_draw, callback, callback_try, voucher_closing,
          supervision_reminder
Door      operations.* to act, queries.* to look
Holds     what was handed in, seen, scored or answered is never changed; two named people grade a project and a third
          answers an objection; who was called and what they said is never seen by a firm; only a confirmed grade is noted
          for the next year
"""
