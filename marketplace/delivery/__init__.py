"""Delivery: handing over, inspecting, accepting or rejecting, at once or in parts.

Owns      delivery, delivery_line, delivery_file, acceptance
Door      operations.hand_over, inspect, answer; queries.find_delivery_seen_by, deliveries_of_order, accepted_of_order,
          files_of
Holds     only an accepted order is delivered, only inside the voucher's time; silence is not acceptance; every file is
          named by its SHA-256; what was rejected may be delivered again; parts add up to their line to the won
"""
