"""Evaluation: who judges which application, what they say of it, and the ranked decision that follows.

A room of its own above grants: it looks down at applications, and awards or refuses them by their own operations.

Owns      evaluator_profile, evaluation, panel, panel_member, assignment; score_sheet, conflict_declaration,
          session_minutes; screening_flag; budget_adjustment, decision, decision_line, reserve_move, objection
Door      operations.save_profile, open_evaluation, draw_panels, open_presentation, set_timetable; declare, save_sheet,
          lock_sheet, void_sheet, write_minutes; screen, decide_flag; adjust_budget, draft_decision, propose_decision,
          return_decision, confirm_decision; carry_out, move_up, close_reserve (jobs); file_objection, decide_objection,
          give_up; queries.*; `flask grants replay`
Holds     a sheet is its evaluator's alone, and once it has a hash the database lets nobody change it; a decision's inputs
          and lines are frozen with their hashes; two officers of two names decide; scores are whole hundredths; nobody is
          passed over; a decision, with every move of its reserve list, can be computed again from what is recorded
"""
