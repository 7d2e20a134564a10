"""Pages of evaluations."""

from marketplace.evaluation.views.blueprint import bp

__all__ = ["bp"]
