"""Suppliers: the pool of a programme: registration, review, designation, capacity, and how deliveries went.

Owns      designation, capacity_booking, supplier_figure
Door      operations.apply_for_designation, designate, refuse_designation, suspend, reinstate, revoke;
          book_capacity, release_capacity, note_delivery, which the rooms above call;
          queries.is_designated, designated_suppliers, designation_seen_by, capacity_of, figures_of
Holds     a firm is designated by an officer who does not belong to it; a designation ends with its programme; what runs at
          one time is never more than the person-months declared; a delivery counts once, for ever
"""
