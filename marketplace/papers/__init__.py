"""Papers: the number, facts, bytes, hash, code and public check of every document.

Owns      number_series, paper, paper_seal
Door      operations.issue (number and facts at once, the bytes follow by a job), supersede, void, ask_seal (the
          sealed archive copy follows by a job; sealing.checked reads a seal); queries.papers_about,
          paper_by_code
Holds     a paper is a photograph: its facts never change, its bytes are made once and kept under their hash;
          numbers have no gaps; an archive copy begins with the very bytes that were signed
"""
