"""Pages of supervision."""

from marketplace.supervision.views import calling, checking, grading, projects, reporting, visiting
from marketplace.supervision.views.blueprint import bp

__all__ = ["bp", "calling", "checking", "grading", "projects", "reporting", "visiting"]
