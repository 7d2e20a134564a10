"""Suppliers: the pool of a programme: registration, review, designation, capacity, and how deliveries went.

Owns      designation, price_evidence, capacity_booking, supplier_figure, buyer_answer, register_check, impostor_report
Door      operations.apply_for_designation, resubmit, begin_review, pass_documents, request_fix, designate,
          refuse_designation, suspend, reinstate, revoke, end_with_programme, put_to_sleep, wake, reply_to_figures;
          book_capacity, release_capacity, note_delivery, note_answers, note_activity, which the rooms above call;
          queries.is_designated, designated_suppliers, find_designation_seen_by, capacity_of, booked_for, figures_of,
          answers_of, find_answer
Holds     a firm is designated by two officers who do not belong to it, one for the documents and another for the prices;
          a designation ends with its programme; what runs at one time is never more than the person-months declared; a
          delivery counts once and its buyer answers once, for ever; what fewer than three firms say stays inside
"""
