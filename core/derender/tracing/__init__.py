"""Drawings on no lattice, traced: shapes from what strokes enclose, connectors from what leads from shape to shape."""
