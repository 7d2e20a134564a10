"""Notices: what people and firms are told, in their inbox and by mail.

Owns      notice, notice_read
Door      operations.notify (one row in the transaction of what it tells), queries.inbox_of, unread_count
Holds     a notice is written with its cause or not at all; mail leaves by a job and at most one copy is lost to a crash
          between sending and writing that down (it is sent again with the same Message-ID)
"""
