"""How the policy of Section 3.1 is learned: times measured, the bias-optimal loss, and the paper's baseline beside it.

What is learned is used by `derender.synthesis.policy`.
"""
