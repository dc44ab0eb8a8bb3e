"""The paper's own reader (Section 2, A.1) and its one-shot baseline (A.2): built to be measured against, on the paper's 16 × 16 grid."""
