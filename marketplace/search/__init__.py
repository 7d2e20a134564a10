"""Search: documents to be found. Rooms above put them in; this room finds them, by words, by letters and by meaning.

Owns      search_document, search_synonym, search_vector; the folder var/search, which can be made again at any time
Door      operations.put, put_all, withdraw to be found; keep_synonyms, drop_synonyms; keeping, rebuild for the index;
          queries.search (hits with reasons, counts, did you mean, relaxations), complete, found, newest, good_ones, told,
          counts, count, ranked_keys
Holds     PostgreSQL is the truth and the index follows it by version, so that what is lost is made anew;
          one process writes the index; nothing that a person types is an error;
          what is for some audiences is found, counted, completed and guessed by nobody else;
          a document is findable two seconds after the transaction that put it in has committed
"""
