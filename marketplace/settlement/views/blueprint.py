"""The blueprint of the settlement room."""

from flask import Blueprint

bp = Blueprint("settlement", __name__, url_prefix="/settlement")
