"""Tests of baselines, and of what is new since an earlier state."""
