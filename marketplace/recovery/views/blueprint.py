"""The blueprint of the recovery room."""

from flask import Blueprint

bp = Blueprint("recovery", __name__, url_prefix="/recovery")
