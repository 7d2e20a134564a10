"""Search: documents to be found. Rooms above put them in; this room finds them.

Owns      search_document
Door      operations.put, put_all, withdraw; queries.found, counts, count
Holds     a document is findable as soon as the transaction that put it in has committed
"""
