"""Views: what is seen in one, and undone again."""

from __future__ import annotations

import pytest
import torch

from derender.perception.views import ALL_VIEWS as ALL
from derender.perception.views import IDENTITY, View, corner_order, seen_corners


def test_there_are_eight_views_and_the_identity_comes_first() -> None:
    assert len(set(ALL)) == 8
    assert ALL[0] == IDENTITY


@pytest.mark.parametrize("view", ALL)
def test_undoing_a_view_gives_the_image_back(view: View) -> None:
    image = torch.arange(2 * 5 * 5).reshape(2, 5, 5)
    assert torch.equal(view.undo_image(view.image(image)), image)


@pytest.mark.parametrize("view", ALL)
def test_points_move_with_the_image(view: View) -> None:
    image = torch.zeros(6, 6)
    image[1, 4] = 1  # pixel (x 4, y 1), middle at (4.5, 1.5)
    x, y = view.points(torch.tensor([4.5, 1.5]), 6, 6).tolist()
    assert view.image(image)[int(y), int(x)] == 1


def test_points_move_with_an_image_that_is_not_square() -> None:
    view = View(transpose=True, flip_x=True)
    image = torch.zeros(4, 7)
    image[3, 5] = 1
    x, y = view.points(torch.tensor([5.5, 3.5]), 4, 7).tolist()
    assert view.image(image)[int(y), int(x)] == 1


@pytest.mark.parametrize("view", ALL)
def test_corner_names_follow_the_view(view: View) -> None:
    box = torch.tensor([[1.0, 6.0, 4.0, 2.0]])
    original = seen_corners(box)[0]
    seen = seen_corners(view.points(box.view(1, 2, 2), 8, 8).flatten(-2))[0]
    for corner, channel in enumerate(corner_order(view)):
        assert torch.allclose(view.points(original[corner], 8, 8), seen[channel])
