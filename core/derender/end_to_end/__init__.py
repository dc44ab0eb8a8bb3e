"""The paper's end-to-end baseline (A.7.2): a network that writes a program's tokens from the image, without specs and without search.

It is there to be compared with; nothing that a user does needs it.
"""
