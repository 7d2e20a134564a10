"""How often each deed was tried, and how often the program did it."""

from collections import Counter
from dataclasses import dataclass, field

SHARE, EACH = 0.6, 100


@dataclass
class Tally:
    """Figures over a whole run. They are never asked while a life is drawn, or lives could not be lived again."""

    tried: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    lives: int = 0
    either: int = 0
    """Steps where the oracle allows both answers; see `Machine.approve`."""

    @property
    def steps(self) -> int:
        return self.tried.total()

    @property
    def share(self) -> float:
        return self.done.total() / self.steps if self.steps else 0.0

    def add(self, other: "Tally") -> None:
        self.tried += other.tried
        self.done += other.done
        self.lives += other.lives
        self.either += other.either

    def shortfalls(self, kinds: list[str], each: int = EACH) -> list[str]:
        """Why the run does not count; empty when it does."""
        found = [f"only {self.done[kind]} times accepted: {kind}" for kind in kinds if self.done[kind] < each]
        return [*found, *([f"only {self.share:.1%} of steps were accepted"] if self.share < SHARE else [])]

    def __str__(self) -> str:
        lines = [f"{self.steps:,} steps in {self.lives:,} lives, {self.share:.1%} accepted, {self.either} either way"]
        lines += [f"  {kind:16} {self.done[kind]:7,} of {self.tried[kind]:7,}" for kind in sorted(self.tried)]
        return "\n".join(lines)
