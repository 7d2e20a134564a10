"""How words are prepared, both when they are put in and when they are looked for: the two must agree. Pure."""

ANALYSER = "3"
"""Which way of preparing words an index was built with. Another number here makes a new index in a new folder."""
EVERYBODY = "public"
"""The audience of what anybody may find, signed in or not."""
