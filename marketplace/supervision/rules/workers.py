"""The list of workers as a supplier types it: one a line, by a pseudonym."""

from marketplace.core.i18n import N_

MOST, LONGEST = 500, 60


class BadWorkers(ValueError):
    """A line cannot be read: (sentence, line)."""

    def __init__(self, words: str, line: int) -> None:
        self.words, self.line = words, line
        super().__init__(words)


def typed_workers(text: str) -> list[list[object]]:
    """Rows [pseudonym, work, hours] from lines 'pseudonym, work, hours'. Raises BadWorkers."""
    rows: list[list[object]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.split(",")]
        if len(parts) != 3 or not all(parts) or max(map(len, parts)) > LONGEST:
            raise BadWorkers(
                N_("%(line)s번째 줄을 ‘가명, 맡은 일, 시간’으로 적으세요. 예: 작업자1, 라벨링, 40"), number
            )
        name, work, hours = parts
        if not (hours.isascii() and hours.isdigit() and len(hours) <= 5):
            raise BadWorkers(N_("%(line)s번째 줄의 시간은 0 이상의 정수로 적으세요."), number)
        if name in {row[0] for row in rows}:
            raise BadWorkers(N_("%(line)s번째 줄의 가명이 두 번 나옵니다."), number)
        rows.append([name, work, int(hours)])
        if len(rows) > MOST:
            raise BadWorkers(
                N_("%(line)s번째 줄: 작업자는 500명까지 적을 수 있습니다. 작업 명세를 제출하세요."), number
            )
    return rows
