"""`python -m eval.train.export --model DIR --out assistant/encoder`: the trained encoder as ONNX, its weights in 8 bits, and its tokenizer.

Only the weights are rounded (a scale for each row); the arithmetic stays in float32, put together when the file is loaded.
Rounding the activations as well (ONNX Runtime's dynamic int8) was a third faster and left a cosine of only .89 to what was
trained, with other results on processors without VNNI.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

OPSET = 17
SAMPLES = ("老板欠俺仨月工资咋办", "工伤认定要多少天", "产假能休几天，工资谁发", "我在纺织厂干了三年八个月，月薪五千，被辞退赔多少")


class Rounded(torch.nn.Module):
    """A matrix in 8 bits with a scale for each row, put together again when it is used."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None = None) -> None:
        super().__init__()
        scales = weight.detach().abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / 127
        self.register_buffer("whole", torch.round(weight.detach() / scales).to(torch.int8))
        self.register_buffer("scales", scales)
        self.register_buffer("bias", None if bias is None else bias.detach())

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """Return what the linear layer gives."""
        return torch.nn.functional.linear(states, self.whole.float() * self.scales, self.bias)

    def rows(self, ids: torch.Tensor) -> torch.Tensor:
        """Return the rows *ids*, as an embedding does."""
        return self.whole[ids].float() * self.scales[ids]


class Whole(torch.nn.Module):
    """Token ids → one normalised vector; a single text, so nothing is padded and no mask is needed."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.words = Rounded(model.embeddings.word_embeddings.weight)
        for part in model.encoder.layer.modules():
            for name, child in list(part.named_children()):
                if isinstance(child, torch.nn.Linear):
                    setattr(part, name, Rounded(child.weight, child.bias))
        model.embeddings.word_embeddings = torch.nn.Identity()
        self.model = model

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Return the vectors, shape (texts, hidden)."""
        states = self.model(inputs_embeds=self.words.rows(ids), attention_mask=torch.ones_like(ids)).last_hidden_state
        return torch.nn.functional.normalize(states.mean(dim=1), dim=1)


def main() -> None:
    """Export and say how near the result is to what was trained."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args()
    tokenizer = Tokenizer.from_file(str(chosen.model / "tokenizer.json"))
    texts = [np.array([tokenizer.encode("query: " + text).ids], dtype=np.int64) for text in SAMPLES]
    model = _trained(chosen.model)
    with torch.no_grad():
        trained = [model(torch.from_numpy(ids)).last_hidden_state.mean(dim=1)[0].numpy() for ids in texts]
    chosen.out.mkdir(parents=True, exist_ok=True)
    file = chosen.out / "model.onnx"
    torch.onnx.export(
        Whole(model), (torch.from_numpy(texts[0]),), str(file), input_names=["ids"], output_names=["vector"], opset_version=OPSET,
        dynamo=False, do_constant_folding=False, dynamic_axes={"ids": {0: "texts", 1: "tokens"}},
    )  # fmt: skip
    tokenizer.save(str(chosen.out / "tokenizer.json"), pretty=False)
    recipe = json.loads((chosen.model / "recipe.json").read_text(encoding="utf-8"))
    # Vectors of other weights are never mixed: the name changes with the file.
    named = {"name": f"gonghui-e5-small-{hashlib.sha256(file.read_bytes()).hexdigest()[:8]}", **recipe}
    (chosen.out / "recipe.json").write_text(json.dumps(named, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    cosines = [
        float(vector @ session.run(None, {"ids": ids})[0][0]) / float(np.linalg.norm(vector))
        for vector, ids in zip(trained, texts, strict=True)
    ]
    size = sum(path.stat().st_size for path in chosen.out.iterdir()) / 1e6
    print(f"和训练出来的余弦 {min(cosines):.5f}…{max(cosines):.5f}，一共 {size:.1f} MB")


def _trained(folder: Path) -> Any:
    model = BertModel(BertConfig.from_pretrained(folder, attn_implementation="eager"), add_pooling_layer=False)
    model.load_state_dict(torch.load(folder / "weights.pt"))
    return model.eval()


if __name__ == "__main__":
    main()
