"""Derender: photographs of hand-drawn figures become graphics programs and TikZ."""
