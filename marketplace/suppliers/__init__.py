"""Suppliers: the pool of a programme: registration, review, designation.

Owns      designation
Door      operations.apply_for_designation, designate, refuse_designation, suspend, reinstate, revoke;
          queries.is_designated, designated_suppliers, designation_seen_by
Holds     a firm is designated by an officer who does not belong to it; a designation ends with its programme
"""
