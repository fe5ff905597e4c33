"""Measure how much memory training, fine-tuning and inference really take on this machine's GPU.

    python tests/estimate/measure_gpu_memory.py measured.toml

It wants a Python with PyTorch, transformers, peft, timm and bitsandbytes, none of which the planner needs; the tests
only read what it wrote. Weights and tokens are random and nothing is downloaded: memory depends on shapes alone. Every
case is run as the estimate takes it to be run (AdamW, 32-bit weights under autocast, gradient checkpointing from 10⁹
weights on, adapters of rank 16 on every matrix), in a process of its own, so that none inherits another's memory.
"""

import argparse
import contextlib
import datetime
import importlib
import importlib.metadata
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

import peft
import timm
import torch
import transformers
from torch import nn

DEVICE = "cuda"
STEPS, NEW_TOKENS, RANK = 3, 16, 16
RECOMPUTED_FROM = 1e9
SECONDS_A_CASE = 100


@dataclass(frozen=True)
class Case:
    """A *network* and how it is run, in the words of the planner's answers; no *tokens* where it reads images."""

    network: str
    kind: str
    batch: int
    tokens: int = 0
    precision: str = "bf16"
    tuning: str = "full"
    fused: bool = False


def _llama(words: int, width: int, inner: int, *, layers: int, heads: tuple[int, int], **more: Any) -> dict[str, Any]:
    """Return a decoder's shape; *heads*: of queries and of keys."""
    return {
        "vocab_size": words,
        "hidden_size": width,
        "intermediate_size": inner,
        "num_hidden_layers": layers,
        "num_attention_heads": heads[0],
        "num_key_value_heads": heads[1],
        "max_position_embeddings": 32768,
        "head_dim": 128,
        "bos_token_id": 1,
        "eos_token_id": 2,
        **more,
    }


# Shapes from the networks' public configurations.
TEXT: dict[str, tuple[str, dict[str, Any]]] = {
    "Qwen3-0.6B": ("Qwen3", _llama(151936, 1024, 3072, layers=28, heads=(16, 8), tie_word_embeddings=True)),
    "Qwen3-1.7B": ("Qwen3", _llama(151936, 2048, 6144, layers=28, heads=(16, 8), tie_word_embeddings=True)),
    "Llama-3.2-3B": ("Llama", _llama(128256, 3072, 8192, layers=28, heads=(24, 8), tie_word_embeddings=True)),
    "Llama-2-7B": ("Llama", _llama(32000, 4096, 11008, layers=32, heads=(32, 32))),
    "Llama-3.1-8B": ("Llama", _llama(128256, 4096, 14336, layers=32, heads=(32, 8))),
    "Qwen2.5-7B": ("Qwen2", _llama(152064, 3584, 18944, layers=28, heads=(28, 4), tie_word_embeddings=False)),
    "BERT-large": (
        "Bert",
        {"hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16, "intermediate_size": 4096},
    ),
    # Not among the planner's networks: it must guess their shapes.
    "Mistral-7B-v0.3": ("Mistral", _llama(32768, 4096, 14336, layers=32, heads=(32, 8), sliding_window=None)),
    "TinyLlama-1.1B": ("Llama", _llama(32000, 2048, 5632, layers=22, heads=(32, 4), head_dim=64)),
    "gpt2": ("GPT2", {}),
    "gpt2-medium": ("GPT2", {"n_embd": 1024, "n_layer": 24, "n_head": 16}),
}

CASES = (
    Case("Qwen3-0.6B", "inference", 1, 2048),
    Case("resnet50", "training", 128),
    Case("Qwen3-0.6B", "finetuning", 4, 1024, tuning="lora"),
    Case("Qwen3-0.6B", "finetuning", 4, 1024),
    Case("Llama-3.1-8B", "finetuning", 4, 2048, tuning="qlora"),
    Case("Llama-3.1-8B", "inference", 1, 2048, precision="int4"),
    Case("Llama-3.1-8B", "inference", 1, 2048, precision="int8"),
    Case("gpt2", "training", 16, 1024),
    Case("vit_base_patch16_224", "training", 128),
    Case("Llama-3.2-3B", "finetuning", 2, 1024),
    Case("Llama-2-7B", "finetuning", 8, 2048, tuning="lora"),
    Case("Llama-2-7B", "inference", 16, 2048),
    Case("Qwen2.5-7B", "finetuning", 4, 2048, tuning="lora"),
    Case("TinyLlama-1.1B", "training", 4, 2048),
    Case("Mistral-7B-v0.3", "finetuning", 4, 2048, tuning="lora"),
    Case("gpt2-medium", "finetuning", 8, 1024),
    Case("densenet121", "training", 64),
    Case("resnet50", "training", 128, precision="fp32"),
    Case("Qwen3-1.7B", "finetuning", 2, 2048),
    Case("Qwen3-1.7B", "finetuning", 2, 2048, fused=True),
    Case("Llama-2-7B", "finetuning", 1, 512, tuning="qlora"),
    Case("Llama-3.2-3B", "finetuning", 4, 768, tuning="lora"),
    Case("Qwen3-0.6B", "inference", 8, 8192),
    Case("Mistral-7B-v0.3", "inference", 4, 4096),
    Case("Llama-2-7B", "inference", 1, 2048, precision="fp32"),
    Case("BERT-large", "finetuning", 16, 512),
    Case("Qwen3-0.6B", "finetuning", 4, 1024, precision="fp32"),
    Case("efficientnet_b0", "training", 128),
    Case("swin_tiny_patch4_window7_224", "training", 128),
    Case("vit_large_patch16_224", "training", 64),
    Case("Qwen2.5-7B", "finetuning", 2, 2048, tuning="qlora"),
    Case("Llama-2-7B", "finetuning", 8, 2048, tuning="qlora"),
    Case("Llama-2-7B", "inference", 4, 2048),
    Case("resnet18", "training", 256),
    Case("Llama-2-7B", "finetuning", 1, 2048, tuning="lora"),
    Case("Llama-3.1-8B", "finetuning", 1, 2048, tuning="qlora"),
)


# --- one case -----------------------------------------------------------------------------------------------------------


def measured(case: Case) -> dict[str, float]:
    """Return what *case* took: its weights in 10⁹, GB of 10⁹ bytes."""
    torch.manual_seed(0)
    model = _text_network(case) if case.tokens else timm.create_model(case.network).to(DEVICE)
    parameters = sum(weight.numel() for weight in model.parameters())
    model = _prepared(model, case, recompute=parameters >= RECOMPUTED_FROM)
    # What loading took does not count: real programs load a quantised model piece by piece.
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
    loaded = torch.cuda.memory_allocated()
    if case.kind == "inference":
        _generate(model, case)
    else:
        _train(model, case)
    torch.cuda.synchronize()
    free, total = torch.cuda.mem_get_info()
    return {
        "parameters": parameters / 1e9,
        "loaded": loaded / 1e9,
        "allocated": torch.cuda.max_memory_allocated() / 1e9,
        "reserved": torch.cuda.max_memory_reserved() / 1e9,
        "used": (total - free) / 1e9,
        # In MiB; what a pool's own watch over cards reads, too.
        "nvidia_smi": float(_card()["used"].removesuffix(" MiB")) * 2**20 / 1e9,
    }


def _text_network(case: Case) -> nn.Module:
    name, shape = TEXT[case.network]
    config = getattr(transformers, f"{name}Config")(**shape)
    head = {"Bert": "ForMaskedLM", "GPT2": "LMHeadModel"}.get(name, "ForCausalLM")
    trained_whole = case.kind != "inference" and case.tuning == "full"
    wide = case.precision == "fp32" or trained_whole
    torch.set_default_dtype(torch.float32 if wide else torch.bfloat16)
    with torch.device(DEVICE):
        network: nn.Module = getattr(transformers, name + head)(config)
    torch.set_default_dtype(torch.float32)
    return network


def _prepared(model: nn.Module, case: Case, *, recompute: bool) -> Any:
    quantised = {"int8": "int8", "int4": "nf4"}.get(case.precision, "nf4" if case.tuning == "qlora" else "")
    if quantised:
        _quantise(model, quantised)
    if case.kind == "inference":
        return model.eval()
    model.train()
    prepared: Any = model
    if case.tuning == "qlora":
        prepared.is_loaded_in_4bit = True
        prepared = peft.prepare_model_for_kbit_training(prepared, use_gradient_checkpointing=False)
    if case.tokens and recompute:
        prepared.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
    if case.tuning != "full":
        prepared = peft.get_peft_model(prepared, peft.LoraConfig(r=RANK, target_modules="all-linear"))
    return prepared


def _quantise(model: nn.Module, weights: str) -> None:
    """Quantise every matrix of *model* but the head, as transformers does on loading."""
    bits = importlib.import_module("bitsandbytes").nn
    makers: dict[str, Callable[[nn.Linear], nn.Module]] = {"nf4": _in_4_bit(bits), "int8": _in_8_bit(bits)}
    found = [(name, one) for name, one in model.named_modules() if isinstance(one, nn.Linear) and name != "lm_head"]
    for name, matrix in found:
        parent, _, last = name.rpartition(".")
        setattr(model.get_submodule(parent), last, makers[weights](matrix))


def _in_4_bit(bits: Any) -> Callable[[nn.Linear], nn.Module]:
    def made(matrix: nn.Linear) -> nn.Module:
        how = {"quant_type": "nf4", "compress_statistics": False}
        with torch.device("meta"):
            new: nn.Module = bits.Linear4bit(
                matrix.in_features,
                matrix.out_features,
                bias=matrix.bias is not None,
                compute_dtype=torch.bfloat16,
                **how,
            )
        new.weight = bits.Params4bit(matrix.weight.data, requires_grad=False, **how).to(DEVICE)
        new.bias = matrix.bias
        return new

    return made


def _in_8_bit(bits: Any) -> Callable[[nn.Linear], nn.Module]:
    def made(matrix: nn.Linear) -> nn.Module:
        with torch.device("meta"):
            new: nn.Module = bits.Linear8bitLt(
                matrix.in_features,
                matrix.out_features,
                bias=matrix.bias is not None,
                has_fp16_weights=False,
                threshold=6.0,
            )
        new.weight = bits.Int8Params(matrix.weight.data.cpu(), requires_grad=False).to(DEVICE)
        new.bias = matrix.bias
        return new

    return made


def _generate(model: Any, case: Case) -> None:
    read = _tokens(model, case.batch, case.tokens - NEW_TOKENS)
    with torch.inference_mode():
        model.generate(
            read,
            attention_mask=torch.ones_like(read),
            min_new_tokens=NEW_TOKENS,
            max_new_tokens=NEW_TOKENS,
            do_sample=False,
            pad_token_id=0,
        )


def _train(model: Any, case: Case) -> None:
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-5, **({"fused": True} if case.fused else {}))
    for _ in range(STEPS):
        with torch.autocast(DEVICE, torch.bfloat16, enabled=case.precision != "fp32"):
            loss = _loss(model, case)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()


def _loss(model: Any, case: Case) -> torch.Tensor:
    if case.tokens:
        read = _tokens(model, case.batch, case.tokens)
        # Only BERT does not know the word.
        more = {} if case.network.startswith("BERT") else {"use_cache": False}
        found: torch.Tensor = model(input_ids=read, labels=read, **more).loss
        return found
    images = torch.randn(case.batch, 3, 224, 224, device=DEVICE)
    return nn.functional.cross_entropy(model(images), torch.randint(1000, (case.batch,), device=DEVICE))


def _tokens(model: Any, batch: int, tokens: int) -> torch.Tensor:
    return torch.randint(3, model.config.vocab_size, (batch, tokens), device=DEVICE)


# --- all cases ----------------------------------------------------------------------------------------------------------


def _started(case: Case) -> "subprocess.Popen[str]":
    """Start a process for *case*; it imports its libraries, and touches the card only when it is told to."""
    command = [sys.executable, __file__, "--case", json.dumps(asdict(case))]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def _result(child: "subprocess.Popen[str]") -> dict[str, float] | str:
    """Let *child* measure; return what it measured, or why it could not."""
    try:
        said, wrong = child.communicate("go\n", timeout=SECONDS_A_CASE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        return "it took too long"
    if child.returncode:
        return wrong.strip().splitlines()[-1] if wrong.strip() else f"exit code {child.returncode}"
    found: dict[str, float] = json.loads(said.strip().splitlines()[-1])
    return found


def _results(cases: tuple[Case, ...], until: float) -> Iterator[tuple[Case, dict[str, float] | str]]:
    following = _started(cases[0])
    for place, case in enumerate(cases):
        child = following
        last = place + 1 == len(cases) or time.monotonic() > until
        if not last:
            following = _started(cases[place + 1])
        yield case, _result(child)
        if last:
            return


def _card() -> dict[str, str]:
    asked = "name,driver_version,memory.total,memory.used"
    command = ["nvidia-smi", f"--query-gpu={asked}", "--format=csv,noheader"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]
    except (OSError, subprocess.CalledProcessError):
        said = "?, ?, ?, nan"
    return dict(zip(("card", "driver", "memory", "used"), said.split(", "), strict=True))


def _versions() -> dict[str, str]:
    named = (("torch", torch), ("transformers", transformers), ("peft", peft), ("timm", timm))
    found = {name: str(module.__version__) for name, module in named}
    with contextlib.suppress(ImportError):
        found["bitsandbytes"] = importlib.metadata.version("bitsandbytes")
    return found


def _write(file: TextIO, values: dict[str, Any]) -> None:
    for name, value in values.items():
        if isinstance(value, bool):
            shown = str(value).lower()
        elif isinstance(value, float):
            shown = f"{value:.3f}"
        else:
            shown = json.dumps(value)
        file.write(f"{name} = {shown}\n")
    file.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure GPU memory")
    parser.add_argument("file", type=Path, nargs="?", help="the TOML file to write; it is written anew")
    parser.add_argument("--seconds", type=float, default=3600, help="start no case after so many seconds")
    parser.add_argument("--from", dest="first", type=int, default=0, help="leave out so many cases")
    parser.add_argument("--case", help="measure one case, as JSON, once a line is read; print the result as JSON")
    given = parser.parse_args()
    if given.case:
        sys.stdin.readline()
        sys.stdout.write(json.dumps(measured(Case(**json.loads(given.case)))) + "\n")
        return
    began = time.monotonic()
    with given.file.open("w", encoding="utf-8") as file:
        card = {name: value for name, value in _card().items() if name != "used"}
        _write(file, {**card, **_versions(), "day": datetime.datetime.now(datetime.UTC).date().isoformat()})
        for case, found in _results(CASES[given.first :], began + given.seconds):
            if isinstance(found, str):
                file.write(f"\n# {json.dumps(asdict(case))} failed: {found}\n")
                file.flush()
            else:
                file.write("\n[[runs]]\n")
                _write(file, {**asdict(case), **found})
            took = time.monotonic() - began
            sys.stdout.write(f"{took:5.0f} s {case.network} {case.kind} {case.tuning} {case.batch}: {found}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    main()
