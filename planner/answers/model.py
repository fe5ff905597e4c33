"""The name of a pretrained model: one on a hub, or a path of the user's."""

import re

_ON_HUB = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")
# What files of weights end with; a name on the hub may hold dots too ("Mistral-7B-v0.3").
_FILE = re.compile(r"\.(pt|pth|bin|safetensors|onnx|h5|keras|ckpt|gguf|pkl|joblib|rds|json|txt|ubj)$", re.IGNORECASE)


def is_on_hub(model: str) -> bool:
    """Tell whether *model* is a name on Hugging Face, such as ``org/name``, and not the user's own file or folder."""
    return bool(_ON_HUB.fullmatch(model)) and not _FILE.search(model)
