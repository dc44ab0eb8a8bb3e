"""How alike drawings are (Section 4.2, Figure 12): as programs, and as images."""

from derender.similarity.image_features import ImageFeatures, image_distance
from derender.similarity.program_features import program_counts, program_distance

__all__ = ["ImageFeatures", "image_distance", "program_counts", "program_distance"]
