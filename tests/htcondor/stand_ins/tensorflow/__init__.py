"""Stands in for TensorFlow in the pool's base image, as far as generated files look at it: version, the job's card."""

import os

__version__ = "2.21.0"


class config:  # noqa: N801  # as TensorFlow spells it
    @staticmethod
    def list_physical_devices(kind: str) -> list[str]:
        # What HTCondor gives a job with a card; a job without one is told of card 10000, which there is not.
        return [kind] if os.environ.get("CUDA_VISIBLE_DEVICES", "").startswith("GPU-") else []
