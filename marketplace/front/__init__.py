"""Pages that look into many rooms: home per role, the voucher page, the programme page. Reads only.

Owns      nothing
Door      views
Holds     no route of this room writes; every page says what waits for its reader, with dates
"""
