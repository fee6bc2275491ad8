"""Tests of the examples, built and served as their READMEs say."""
