"""Handwriting in figures: where it stands, what it belongs to, and how it comes into programs and TikZ."""

from derender.labels.placing import PlacedLabel, label_to_json, labelled, place_labels
from derender.labels.recognition import Recognizer
from derender.labels.regions import WrittenRegion, written_regions

__all__ = ["PlacedLabel", "Recognizer", "WrittenRegion", "label_to_json", "labelled", "place_labels", "written_regions"]
