"""Figures that go on: a program with other loop bounds (Figure 13 of the paper).

A loop with a constant bound can be given more turns, after its last one or before its first; loops whose bound depends on an outer
variable follow their outer loop, reflections keep their distance, and labels that count go on counting. Programs are first given a
letter for each loop, so that `i=5` names one loop.
"""

from derender.extrapolation.growth import Extrapolation, extrapolate, growable
from derender.extrapolation.proposing import all_proposals, proposals
from derender.extrapolation.text import parse_bound

__all__ = ["Extrapolation", "all_proposals", "extrapolate", "growable", "parse_bound", "proposals"]
