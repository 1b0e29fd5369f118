"""Small models with weights of chance, saved as the libraries save them: folders as BGE, GTE, e5 and Qwen3-Embedding have them.

What they find is no better than counting characters; that they are loaded, asked and told apart as they should is what is tested.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, StaticEmbedding, Transformer
from tokenizers import Regex, Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel, BertTokenizerFast, PreTrainedTokenizerFast, Qwen3Config, Qwen3Model

from tests import small_knowledge

CHARACTERS = sorted(
    {char for text in small_knowledge.FILES.values() for char in text if char.isalnum()} | set("女职工产假有几天呢找：段落")
)
BERT_MARKS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
QWEN_MARKS = ["<|endoftext|>", "<unk>"]
SPREAD = 0.5  # with the usual .02 a first token's vector hardly depends on the others


def bert(folder: Path, *, dimension: int = 32, pooling: str = "mean", seed: int = 1, prompts: dict[str, str] | None = None) -> Path:
    """A BERT of two layers with a vocabulary of characters."""
    base = folder.with_name(folder.name + "-base")
    base.mkdir(parents=True)
    (base / "vocab.txt").write_text("\n".join([*BERT_MARKS, *CHARACTERS]), encoding="utf-8")
    BertTokenizerFast(str(base / "vocab.txt")).save_pretrained(base)
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(BERT_MARKS) + len(CHARACTERS),
        hidden_size=dimension,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=512,
        initializer_range=SPREAD,
    )
    BertModel(config).save_pretrained(base)
    return _saved(base, folder, dimension, pooling, prompts)


def bge(folder: Path, *, seed: int = 1, prompts: dict[str, str] | None = None) -> Path:
    """A BERT laid out as those on the hub: the first token's vector, the names of parts that older programs wrote."""
    bert(folder, pooling="cls", seed=seed, prompts=prompts)
    parts = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    rows = [
        {"idx": place, "name": str(place), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for place, (path, kind) in enumerate(parts)
    ]
    _write(folder / "modules.json", rows)
    modes = {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False, "pooling_mode_max_tokens": False}
    _write(folder / "1_Pooling" / "config.json", {"word_embedding_dimension": 32, "pooling_mode_mean_sqrt_len_tokens": False, **modes})
    _write(folder / "sentence_bert_config.json", {"max_seq_length": 512, "do_lower_case": True})
    return folder


def qwen(folder: Path) -> Path:
    """A decoder as Qwen3-Embedding: half precision, filled up on the left, the last token's vector, a prompt for questions only."""
    base = folder.with_name(folder.name + "-base")
    base.mkdir(parents=True)
    vocabulary = {word: number for number, word in enumerate([*QWEN_MARKS, *CHARACTERS])}
    words = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    words.post_processor = processors.TemplateProcessing(single="$A <|endoftext|>", special_tokens=[("<|endoftext|>", 0)])
    end = "<|endoftext|>"
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=words, pad_token=end, eos_token=end, unk_token="<unk>", padding_side="left", model_max_length=32_768
    )
    tokenizer.save_pretrained(base)
    torch.manual_seed(3)
    config = Qwen3Config(
        vocab_size=len(vocabulary),
        hidden_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=12,
        intermediate_size=64,
        max_position_embeddings=32_768,
        initializer_range=SPREAD,
    )
    Qwen3Model(config).to(torch.bfloat16).save_pretrained(base)
    return _saved(base, folder, 48, "lasttoken", {"query": "找：", "document": ""})


def static(folder: Path) -> Path:
    """One vector a character, no layers: the kind that needs no transformer."""
    words = Tokenizer(models.WordLevel({word: number for number, word in enumerate(["<unk>", *CHARACTERS])}, unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    torch.manual_seed(4)
    SentenceTransformer(modules=[StaticEmbedding(words, embedding_dim=40)], device="cpu").save(str(folder))
    return folder


def _saved(base: Path, folder: Path, dimension: int, pooling: str, prompts: dict[str, str] | None) -> Path:
    parts = [Transformer(str(base)), Pooling(dimension, pooling_mode=pooling), Normalize()]
    SentenceTransformer(modules=parts, prompts=prompts, device="cpu").save(str(folder))
    return folder


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value), encoding="utf-8")
