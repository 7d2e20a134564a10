"""The room's blueprint; its addresses are nouns of their own: /calls, /applications, /agreements."""

from flask import Blueprint

bp = Blueprint("grants", __name__)
