"""What each pixel of a photograph shows: geometry, writing, ruling, page, as the ink network tells it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from derender.checkpoints import load_weights
from derender.errors import ModelError
from derender.networks import native_precision, on_device
from derender.photo.light import even_light
from derender.photo.maps import Maps
from derender.photo.network import STEP, InkConfig, InkNetwork


class Separator:
    """The loaded ink network on a device."""

    def __init__(self, network: InkNetwork, device: torch.device) -> None:
        self.device = device
        self.network = on_device(network.fused(), device)

    @classmethod
    def load(cls, device: torch.device, folder: Path | None = None) -> Separator:
        """The shipped network; raises `ModelError`."""
        tensors, entry = load_weights("ink", folder)
        try:
            network = InkNetwork(InkConfig(**entry.get("network", {})))
            network.load_state_dict(tensors)
        except (TypeError, RuntimeError) as error:
            raise ModelError("the weights of 'ink' were made for another version of derender; reinstall it") from error
        return cls(network, device)

    @torch.inference_mode()
    def maps(self, picture: NDArray[np.uint8]) -> Maps:
        """The maps of a picture (H, W, 3) RGB at its own size; shapes of 30 to 150 pixels are told best."""
        height, width = picture.shape[:2]
        light = even_light(picture)
        padded = cv2.copyMakeBorder(light, 0, -height % STEP, 0, -width % STEP, cv2.BORDER_REPLICATE)
        tensor = torch.from_numpy(padded).permute(2, 0, 1)[None].to(self.device).contiguous(memory_format=torch.channels_last)
        with native_precision(self.device):
            logits = self.network(tensor)[0].float()
        found = logits.sigmoid()[:, :height, :width].cpu().numpy()
        return Maps(*(np.ascontiguousarray(channel, dtype=np.float32) for channel in found))
