"""Weights: found in the wheel and in the checkout, refused in one sentence where they are missing or not what the manifest says."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
import torch

from derender import checkpoints
from derender.checkpoints import BASELINES, MANIFEST, load_weights, models_folder, read_manifest, save_weights
from derender.errors import ModelError, OptionError
from derender.perception.reader import Reader, choose_device

TENSORS = {"weight": torch.arange(6.0).reshape(2, 3), "bias": torch.tensor([1.5])}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one model."""
    save_weights("small", TENSORS, {"score": 0.5}, tmp_path)
    return tmp_path


def rewrite(folder: Path, **changes: object) -> None:
    """The entry of the model 'small' with these changes; None takes a field out."""
    manifest = read_manifest(folder)
    entry = {**manifest["small"], **changes}
    manifest["small"] = {key: value for key, value in entry.items() if value is not None}
    (folder / MANIFEST).write_text(json.dumps(manifest))


def test_what_was_saved_is_loaded(folder: Path) -> None:
    tensors, entry = load_weights("small", folder)
    assert tensors.keys() == TENSORS.keys()
    assert all(torch.equal(tensors[name], TENSORS[name]) for name in TENSORS)
    assert entry["score"] == 0.5


def test_saving_keeps_other_models_and_leaves_no_partial_files(folder: Path) -> None:
    save_weights("other", {"t": torch.zeros(1).expand(3)}, {}, folder)
    save_weights("small", {"weight": torch.zeros(2).t()}, {"score": 1}, folder)
    assert read_manifest(folder).keys() == {"small", "other"}
    assert load_weights("small", folder)[1]["score"] == 1
    assert load_weights("other", folder)[0]["t"].tolist() == [0, 0, 0]
    assert {path.name for path in folder.iterdir()} == {MANIFEST, "small.safetensors", "other.safetensors"}


# Where they lie


def installed(monkeypatch: pytest.MonkeyPatch, module: Path) -> None:
    """As if the package's file lay there."""
    module.parent.mkdir(parents=True)
    monkeypatch.setattr(checkpoints, "__file__", str(module))
    monkeypatch.delenv("DERENDER_MODELS", raising=False)


def models_at(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / MANIFEST).write_text("{}")
    return folder


def test_in_a_wheel_they_lie_in_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, tmp_path / "site-packages/derender/checkpoints.py")
    expected = models_at(tmp_path / "site-packages/derender/models")
    assert models_folder() == expected


def test_in_a_checkout_they_lie_at_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, tmp_path / "core/derender/checkpoints.py")
    expected = models_at(tmp_path / "models")
    assert models_folder() == expected


def test_an_argument_comes_before_the_variable_and_the_variable_before_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, tmp_path / "core/derender/checkpoints.py")
    models_at(tmp_path / "models")
    chosen, given = models_at(tmp_path / "chosen"), models_at(tmp_path / "given")
    monkeypatch.setenv("DERENDER_MODELS", str(chosen))
    assert models_folder() == chosen
    assert models_folder(given) == given


def test_a_variable_that_names_no_models_is_not_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DERENDER_MODELS", str(tmp_path / "nowhere"))
    with pytest.raises(ModelError, match=r"nowhere.*DERENDER_MODELS"):
        models_folder()


def test_the_shipped_folder_has_the_reader_and_its_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DERENDER_MODELS", raising=False)
    tensors, entry = load_weights("reader")
    assert tensors
    assert entry["network"]


def test_a_wheel_carries_every_model_but_the_baselines() -> None:
    root = Path(__file__).parents[2]
    wheel = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    manifest = read_manifest(root / "models")
    carried = {Path(source).name for source in wheel["force-include"]}
    assert carried >= {MANIFEST, *(entry["file"] for name, entry in manifest.items() if name not in BASELINES)}
    assert not carried & {manifest[name]["file"] for name in BASELINES}


def test_a_baseline_that_is_not_installed_is_told_with_what_helps(folder: Path) -> None:
    save_weights("paper", TENSORS, {}, folder)
    (folder / "paper.safetensors").unlink()
    with pytest.raises(ModelError, match=r"'paper'.*DERENDER_MODELS.*checkout"):
        load_weights("paper", folder)


# What is refused


def refused(folder: Path, name: str = "small") -> str:
    with pytest.raises(ModelError) as caught:
        load_weights(name, folder)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_no_manifest(tmp_path: Path) -> None:
    assert MANIFEST in refused(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"small": 3}', '{"small": null}', "[" * 100_000, "\xff"])
def test_a_damaged_manifest(folder: Path, text: str) -> None:
    (folder / MANIFEST).write_bytes(text.encode("latin-1"))
    assert MANIFEST in refused(folder)


@pytest.mark.parametrize("field", ["file", "sha256"])
@pytest.mark.parametrize("value", [None, 3])
def test_an_entry_without_its_file_or_checksum(folder: Path, field: str, value: object) -> None:
    rewrite(folder, **{field: value})
    assert "sha256" in refused(folder)


def test_an_unknown_model(folder: Path) -> None:
    assert "'large'" in refused(folder, "large")


def test_missing_weights(folder: Path) -> None:
    (folder / "small.safetensors").unlink()
    assert "cannot be read" in refused(folder)


@pytest.mark.parametrize("keep", [0, 10, -1])
def test_truncated_weights(folder: Path, keep: int) -> None:
    path = folder / "small.safetensors"
    path.write_bytes(path.read_bytes()[:keep])
    assert "damaged" in refused(folder)


def test_a_single_changed_bit(folder: Path) -> None:
    path = folder / "small.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert "damaged" in refused(folder)


@pytest.mark.parametrize("about", [{}, {"network": {"layers": 7}}])
def test_weights_of_another_network(tmp_path: Path, about: dict[str, object]) -> None:
    save_weights("reader", TENSORS, about, tmp_path)
    with pytest.raises(ModelError, match="another version"):
        Reader.load("cpu", tmp_path)


def test_a_device_that_is_not_there() -> None:
    assert choose_device("cpu") == torch.device("cpu")
    assert choose_device("auto").type in ("cpu", "cuda", "mps")
    missing = [name for name, there in (("cuda", torch.cuda.is_available()), ("mps", torch.backends.mps.is_available())) if not there]

    for name in (*missing, "abacus"):
        with pytest.raises(OptionError, match=name):
            choose_device(name)
