"""What the project's networks are built of: residual blocks and convolutions, normalised in training and folded for use."""

from __future__ import annotations

from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.fusion import fuse_conv_bn_eval

Network = TypeVar("Network", bound=nn.Module)


class Block(nn.Module):
    """Two 3 × 3 convolutions with a residual connection."""

    def __init__(self, channels: int, dilation: int = 1) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=dilation, dilation=dilation, bias=False)
        self.first_norm: nn.Module = nn.BatchNorm2d(channels)
        self.second = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.second_norm: nn.Module = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        hidden = functional.relu(self.first_norm(self.first(x)), inplace=True)
        return functional.relu(x + self.second_norm(self.second(hidden)), inplace=True)


def convolution(inputs: int, outputs: int, size: int, stride: int = 1) -> nn.Sequential:
    """A convolution (B, inputs, H, W) → (B, outputs, H / stride, W / stride) with normalisation and ReLU; unpadded where it strides."""
    padding = size // 2 if stride == 1 else 0
    return nn.Sequential(nn.Conv2d(inputs, outputs, size, stride, padding, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


def folded(network: Network) -> Network:
    """`network` itself, for evaluation only, the normalisation of each `convolution` and `Block` folded into its convolutions."""
    network.eval()
    for module in network.modules():
        if isinstance(module, nn.Sequential) and len(module) == 3 and isinstance(module[1], nn.BatchNorm2d):
            module[0], module[1] = _folded(module[0], module[1]), nn.Identity()
        elif isinstance(module, Block):
            module.first = _folded(module.first, module.first_norm)
            module.second = _folded(module.second, module.second_norm)
            module.first_norm = module.second_norm = nn.Identity()
    return network


def on_device(network: Network, device: torch.device) -> Network:
    """`network` itself, on `device`, laid out as convolutions are fastest."""
    return network.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]  # missing in the stubs


def native_precision(device: torch.device) -> torch.autocast:
    """In which convolutions are computed for use: half the bits where a processor multiplies bfloat16 itself, float32 elsewhere.

    On such processors readings come in two thirds of the time; on simulated drawings as many are right.
    """
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=device.type == "cpu" and _multiplies_bfloat16())


def _multiplies_bfloat16() -> bool:
    capabilities: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()  # older releases do not tell
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))


def _folded(convolution: nn.Module, norm: nn.Module) -> nn.Conv2d:
    assert isinstance(convolution, nn.Conv2d)
    assert isinstance(norm, nn.BatchNorm2d)
    return fuse_conv_bn_eval(convolution, norm)
