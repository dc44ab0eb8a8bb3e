"""Promises of the end-to-end baseline's network and its training."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from derender.checkpoints import save_weights
from derender.end_to_end.network import SIDE, ProgramWriter, WriterConfig
from derender.end_to_end.tokens import NUMBERS, STOP, TOKENS, program_of
from derender.end_to_end.training import LONGEST, WriterTask, picture_of
from derender.end_to_end.writing import MODEL, load_writer
from derender.language.execute import execute


def test_an_example_is_a_program_and_its_picture() -> None:
    picture, numbers = WriterTask().example(np.random.default_rng(3), 0)
    assert picture.shape == (1, SIDE, SIDE)
    assert numbers.shape == (LONGEST,)
    program = program_of([TOKENS[number] for number in numbers if number >= 0])
    assert program is not None
    assert np.array_equal(picture, picture_of(execute(program)))


def test_the_network_learns_the_programs_that_it_is_shown() -> None:
    torch.manual_seed(0)
    task = WriterTask()
    network = task.network()
    pictures, numbers = (np.stack(field) for field in zip(*(task.example(np.random.default_rng(k), 0) for k in range(2)), strict=True))
    fields = (torch.from_numpy(pictures), torch.from_numpy(numbers))
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3)
    losses = []
    for _ in range(15):
        loss = task.loss(network, fields)["token"]
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch's own
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.7 * losses[0]


def test_weights_of_other_sizes_than_a_new_network_has_are_loaded_by_those_that_the_manifest_tells(tmp_path: Path) -> None:
    config = WriterConfig(image=32, units=24)
    save_weights(MODEL, ProgramWriter(config).state_dict(), {"network": asdict(config)}, tmp_path)
    assert load_writer(tmp_path).decoder.hidden_size == 24


def test_what_is_sampled_ends_with_stop_or_is_as_long_as_allowed_and_repeats_itself() -> None:
    torch.manual_seed(0)
    network = ProgramWriter().eval()
    image = torch.zeros(1, 1, SIDE, SIDE)
    first, second = (network.sample(image, 5, 40, torch.Generator().manual_seed(2)) for _ in range(2))
    assert first == second
    assert len(first) == 5
    assert all(STOP in tokens or len(tokens) == 40 for tokens in first)


def test_sampling_and_scoring_see_the_same_distribution() -> None:
    torch.manual_seed(0)
    network = ProgramWriter().eval()
    image = torch.rand(1, 1, SIDE, SIDE)
    (greedy,) = network.sample(image, 1, 6, torch.Generator().manual_seed(0), temperature=1e-6)
    before = torch.tensor([[NUMBERS[STOP], *(NUMBERS[token] for token in greedy[:-1])]])
    assert [TOKENS[number] for number in network(image, before, torch.tensor([before.shape[1]]))[0].argmax(1).tolist()] == greedy


def test_scores_of_a_program_do_not_depend_on_what_else_the_batch_holds() -> None:
    torch.manual_seed(2)
    network = WriterTask().network().eval()
    lengths = torch.randint(1, 30, (20,))
    images, before = torch.rand(20, 1, SIDE, SIDE), torch.randint(0, len(TOKENS), (20, 30))
    together = network(images, before, lengths)
    for row in (0, 7, 19):
        length = int(lengths[row])
        alone = network(images[row : row + 1], before[row : row + 1, :length], lengths[row : row + 1])
        torch.testing.assert_close(together[row, :length], alone[0], rtol=1e-4, atol=1e-5)
