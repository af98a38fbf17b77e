"""Sentence embeddings without a model call: WordLlama's static vectors.

The weights and the tokenizer lie inside the installed package, so nothing is ever downloaded. The
default look-up misses them, hence `cache_dir`.
"""

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from wordllama.inference import WordLlamaInference

Vectors = npt.NDArray[np.float32]

_loading = Lock()


def embed(texts: Sequence[str]) -> Vectors:
    """One row per text, L2-normalised; a text without any known token is a row of zeros."""
    model = _model()
    # Lone surrogates, which a broken stream can leave behind, are not valid UTF-8.
    clean = [text.encode("utf-8", "replace").decode() for text in texts]
    if not clean:
        return np.zeros((0, model.embedding.shape[1]), dtype=np.float32)
    rows = np.nan_to_num(np.asarray(model.embed(clean, norm=False), dtype=np.float32))
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)


def cosines(left: Vectors, right: Vectors) -> Vectors:
    """Every row of `left` against every row of `right`, for rows that `embed` made."""
    return left @ right.T


def _model() -> "WordLlamaInference":
    # `cache` alone would let two first callers load it twice.
    with _loading:
        return _loaded_model()


@cache
def _loaded_model() -> "WordLlamaInference":
    # The tokenizer's own thread pool gains nothing on short texts and warns when we fork.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    # Imported late: 0.2 s that a process which never judges does not pay.
    import wordllama

    folder = Path(wordllama.__file__).parent
    return wordllama.WordLlama.load(cache_dir=folder, disable_download=True)
