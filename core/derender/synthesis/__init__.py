"""From specs to programs: the exact synthesizer (Section 3 of the paper)."""

from derender.synthesis.alternatives import alternatives
from derender.synthesis.engine import Synthesis, synthesize
from derender.synthesis.resynthesis import redraft, resynthesize
from derender.synthesis.search_space import SearchSpace, all_search_spaces

__all__ = ["SearchSpace", "Synthesis", "all_search_spaces", "alternatives", "redraft", "resynthesize", "synthesize"]
