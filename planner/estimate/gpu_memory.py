"""How much GPU memory a task needs, from the number of parameters: a range, with the terms that it is the sum of.

All figures here are GB of 10⁹ bytes, as the sources give them; ``Estimate`` turns them into sizes. The formulas and
the constants come from the sources named in ``FORMULAS``; how far they are off, ``gpu_memory_errors`` computes.
"""

from dataclasses import dataclass

from planner.answers import Answers
from planner.answers.quantities import say_parameters
from planner.estimate.networks import ImageNetwork, Network, image_networks, nearest, network_named, similar
from planner.facts.fact import Fact
from planner.facts.sources import source
from planner.units import Size

# Bytes of a weight that is not trained (QLoRA paper; group-wise 4-bit formats are between the two of nf4).
BYTES = {"fp32": 4.0, "bf16": 2.0, "int8": 1.0, "nf4": 0.5625, "nf4-double": 0.516, "gptq": 0.53}
# Bytes of a weight that is trained with AdamW: the weight, its gradient, two moments; mixed precision caches a 16-bit
# copy on top of the 32-bit weight.
TRAINED = {"fp32": 16.0, "bf16": 18.0}
# Adapters are kept in 32 bit.
ADAPTER = 16.0
RANK = 16
# Bytes a token and word around the loss: logits, their 32-bit copy, log-softmax and gradient; less behind a head that
# computes in 32 bit. That of a 4-bit model is kept in 32 bit, but in mixed precision it does not compute in it: measured
# (tests/estimate/measured-on-h100.toml), an example more took 12 bytes, not 8.
LOSS, LOSS_IN_32_BIT = 12.0, 8.0
# What an adapter's layer keeps of a fully trained one's copies; quantised weights are unpacked on the way.
COPIES = {"full": 1.0, "lora": 0.85}
COPIES_OF_QUANTISED = 1.05
# From this size on people train with gradient checkpointing (10⁹ weights).
RECOMPUTED_FROM = 1.0
# Below this size a network that is not fed with text is taken to read images (10⁹ weights).
IMAGES_BELOW = 0.5
# What CUDA and the program take before the first tensor, and the share that the allocator leaves unused.
CONTEXT, SLACK = 1.0, 0.05
# The range around the middle: where the network is known; where it is guessed from its number of weights; for images.
KNOWN, GUESSED, IMAGES = (0.9, 1.2), (0.75, 1.5), (0.5, 1.5)
# Libraries that reserve a share of the GPU whatever they need: their measured use says little.
RESERVING = frozenset({"jax", "tensorflow", "vllm"})
# On top of the upper end where the network is known: the largest context that was published.
LARGE_CONTEXT = 0.8


# What the terms rest on, in words; the reference shows them, and an advice that estimates cites them.
FORMULAS: tuple[Fact[str], ...] = (
    Fact(
        "weights that are trained: 16 bytes each in 32 bit with AdamW, 18 in mixed precision", source("memory-states")
    ),
    Fact(
        "weights that are not trained: 4, 2, 1 or 0.56 bytes each; embedding and head are never quantised",
        source("memory-qlora"),
    ),
    Fact(
        "activations: bytes × width × tokens × layers × copies, where copies = 9 + 5 × queries/width + 4 × inner/width "
        "(2 × where the inner layer is not gated); with gradient checkpointing one vector a layer, and one whole layer",
        source("memory-engineering"),
        "a closed form of our own for the copies that were measured there",
    ),
    Fact(
        "recomputed activations: 2 bytes × width × tokens × layers, and one layer while it is recomputed",
        source("memory-activations"),
    ),
    Fact(
        "loss: 12 bytes a token and word of the vocabulary; 8 behind a head that computes in 32 bit",
        source("memory-qw"),
        "fitted to these runs",
    ),
    Fact("cache of keys and values: 2 × layers × keys × bytes × tokens × examples", source("memory-engineering")),
    Fact("images: copies × bytes × activations × images, with 2 to 6.5 copies by family", source("memory-tm")),
)


@dataclass(frozen=True)
class Term:
    """One summand: *what*, in GB, and the *cure* where it is too much."""

    what: str
    gb: float
    cure: str = ""


@dataclass(frozen=True)
class Work:
    """How a network that reads tokens is run on one GPU.

    *task*: full, lora or inference; *weights*: a key of ``BYTES``, of weights that are not trained; *trained* (10⁶
    weights) take *state* bytes each; *kept_head*: bytes a weight of embedding and head, which are never quantised;
    *loss*: bytes a token and word; *recompute*: gradient checkpointing; *element*: bytes of an activation.
    """

    task: str
    weights: str
    trained: float
    state: float
    kept_head: float
    loss: float
    recompute: bool
    element: float = 2.0


def terms(network: Network, work: Work, batch: int, tokens: int) -> tuple[Term, ...]:
    """Return what takes memory when *network* does *work* on *batch* examples of *tokens* tokens each."""
    frozen = []
    if work.task != "full":
        frozen.append(Term("weights", _frozen(network, work), "weights in fewer bits"))
    if work.task == "inference":
        cache = 2 * network.layers * network.keys * work.element * tokens * batch / 1e9
        return (*frozen, Term("cache of keys and values", cache, "fewer examples at a time"))
    state = work.trained * work.state / 1e3
    loss = work.loss * network.vocabulary * batch * tokens / 1e9
    return (
        *frozen,
        Term(STATES, state, LESS_STATE) if work.task == "full" else Term("adapters and their optimizer", state),
        Term("activations", _activations(network, work, batch * tokens), _fewer(work)),
        Term("loss over the vocabulary", loss, "a loss that is computed in chunks, or a smaller batch"),
    )


STATES, LESS_STATE = "weights, gradients and optimizer", "LoRA, or an optimizer with 8-bit states"


def _fewer(work: Work) -> str:
    return "a smaller batch" if work.recompute else "gradient checkpointing, or a smaller batch"


def _frozen(network: Network, work: Work) -> float:
    """Return the weights that are not trained: those of the layers quantised, embedding and head as they are."""
    unpacked = network.vocabulary * network.width * 2 / 1e9 if work.weights.startswith("nf4") else 0
    quantised = (network.parameters - network.words) * BYTES[work.weights]
    return quantised + network.words * work.kept_head + unpacked


def _activations(network: Network, work: Work, tokens: int) -> float:
    quantised = work.task == "lora" and work.weights not in ("fp32", "bf16")
    copies = network.copies * (COPIES_OF_QUANTISED if quantised else COPIES[work.task])
    one_layer = work.element * network.width * tokens / 1e9
    # Recomputing keeps one vector a layer, and one whole layer while it is recomputed.
    return one_layer * (network.layers + copies) if work.recompute else one_layer * network.layers * copies


def image_terms(network: ImageNetwork, batch: int, parameters: float, element: float = 2.0) -> tuple[Term, ...]:
    """Return what takes memory when a network like this one, with *parameters* (10⁶), trains on *batch* images."""
    return (
        Term(STATES, parameters * TRAINED["fp32"] / 1e3, "an optimizer with fewer states"),
        Term("activations", network.kept * element * batch * network.activations / 1e3, "a smaller batch"),
    )


@dataclass(frozen=True)
class Estimate:
    """A range with the *terms* of its middle, and what was *assumed*."""

    low: Size
    middle: Size
    high: Size
    terms: tuple[Term, ...]
    assumed: tuple[str, ...]

    @property
    def cure(self) -> str:
        """The cure of the largest term that has one."""
        return max((term for term in self.terms if term.cure), key=lambda term: term.gb).cure

    @property
    def sum(self) -> str:
        """The terms in words, the largest first."""
        by_size = sorted(self.terms, key=lambda term: -term.gb)
        return " + ".join(f"{_size(term.gb).about} {term.what}" for term in by_size if _size(term.gb).gb >= 0.05)


def _size(gb: float) -> Size:
    return Size(int(gb * 1e9))


def estimate(answers: Answers) -> Estimate | None:
    """Return how much GPU memory a task of *answers* needs; None if the number of parameters is not given."""
    if answers.model_parameters is None:
        return None
    parameters = answers.model_parameters / 1e9
    if answers.kind not in ("finetuning", "inference") and parameters < IMAGES_BELOW:
        return _image_estimate(answers, parameters)
    network = network_named(answers.model, parameters)
    shape = network or nearest(parameters).scaled(parameters)
    work = _work(answers, shape)
    checkpointing = f"gradient checkpointing {'on' if work.recompute else 'off'}"
    assumed = [f"the shape of {shape.name}", _tokens(answers)]
    if work.task != "inference":
        assumed += ["AdamW", checkpointing]
    if work.task == "lora":
        assumed.append(f"adapters of rank {RANK} on every matrix")
    if answers.gpus > 1:
        assumed.append("each card holds the whole model")
    middle = _middle(answers, shape)
    if network:
        high = KNOWN[1] * middle + LARGE_CONTEXT
    else:
        # The shape is a guess: another network of about this size may have a larger vocabulary, or a larger cache.
        largest_middle = max((_middle(answers, other.scaled(parameters)) for other in similar(parameters)), default=0.0)
        high = max(GUESSED[1] * middle, KNOWN[1] * largest_middle + LARGE_CONTEXT)
    low = (KNOWN if network else GUESSED)[0] * middle
    return _range(terms(shape, work, answers.batch, answers.sequence_length), low, high, assumed)


def _middle(answers: Answers, network: Network) -> float:
    summands = terms(network, _work(answers, network), answers.batch, answers.sequence_length)
    return _whole(sum(term.gb for term in summands))


def _whole(bare: float) -> float:
    """Return the GPU memory for *bare* GB of tensors, including the program's own share and allocator slack."""
    return (bare + CONTEXT) * (1 + SLACK)


def _tokens(answers: Answers) -> str:
    return f"{answers.batch} at a time with {answers.sequence_length:,} tokens each"


def _image_estimate(answers: Answers, parameters: float) -> Estimate:
    nearest_network = min(image_networks(), key=lambda network: abs(network.parameters - parameters * 1e3))
    summands = image_terms(
        nearest_network, answers.batch, parameters * 1e3, 4.0 if answers.precision == "fp32" else 2.0
    )
    assumed = [
        f"a network like {nearest_network.name}",
        f"{answers.batch} images of 224 x 224 pixels at a time",
        "AdamW",
    ]
    middle = _whole(sum(term.gb for term in summands))
    return _range(summands, IMAGES[0] * middle, IMAGES[1] * middle, assumed)


def _range(summands: tuple[Term, ...], low: float, high: float, assumed: list[str]) -> Estimate:
    bare = sum(term.gb for term in summands)
    rest = Term("what CUDA and the program keep", _whole(bare) - bare)
    return Estimate(_size(low), _size(_whole(bare)), _size(high), (*summands, rest), tuple(assumed))


def _work(answers: Answers, network: Network) -> Work:
    """Return how the network is run: as the answers say, else as is usual."""
    is_fp32 = answers.precision == "fp32"
    element, unquantised = (4.0, "fp32") if is_fp32 else (2.0, "bf16")
    weights = {"int8": "int8", "int4": "nf4"}.get(answers.precision, unquantised)
    recompute = network.parameters >= RECOMPUTED_FROM
    head = element
    if answers.kind == "inference":
        # Formats for inference unpack as they multiply.
        weights = "gptq" if weights == "nf4" else weights
        return Work("inference", weights, 0.0, 0.0, head, 0.0, recompute=False, element=element)
    if answers.kind != "finetuning" or answers.tuning == "full":
        # Weights in 8 or 4 bits cannot be trained, so mixed precision is assumed.
        return Work("full", unquantised, network.parameters * 1e3, TRAINED[unquantised], head, LOSS, recompute, element)
    loss = LOSS
    if answers.tuning == "qlora" or weights == "nf4":
        # The usual preparation for 4-bit training keeps embedding and head in 32 bit.
        weights, head, loss = "nf4", 4.0, LOSS_IN_32_BIT if is_fp32 else LOSS
    return Work("lora", weights, network.adapters(RANK) * 1e3, ADAPTER, head, loss, recompute, element)


def words(answers: Answers) -> str:
    """Return what was estimated, in words: the kind of work and the number of parameters."""
    assert answers.model_parameters is not None, "asked only of an estimate"
    how = {"inference": "Inference", "finetuning": f"{_TUNED[answers.tuning]} fine-tuning"}
    return f"{how.get(answers.kind, 'Training')} of {say_parameters(answers.model_parameters)} weights"


_TUNED = {"full": "Full", "lora": "LoRA", "qlora": "QLoRA"}
