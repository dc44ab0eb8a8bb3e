"""Scenes to train on: how figures are composed, of which motifs, of which parts."""

from derender.perception.scenes.composition import MOTIFS, figure_scene, random_scene, readable
from derender.perception.scenes.parts import RADII, Motif

__all__ = ["MOTIFS", "RADII", "Motif", "figure_scene", "random_scene", "readable"]
