"""Stands in for PyTorch in the pool's base image, as far as generated files look at it: version, CUDA, the job's card."""

import os

__version__ = "2.12.1"


class version:  # noqa: N801  # as PyTorch spells it
    cuda = "12.6"


class cuda:  # noqa: N801  # as PyTorch spells it
    @staticmethod
    def is_available() -> bool:
        # What HTCondor gives a job with a card; a job without one is told of card 10000, which there is not.
        return os.environ.get("CUDA_VISIBLE_DEVICES", "").startswith("GPU-")
