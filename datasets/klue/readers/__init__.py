"""Columnar readers for the three raw formats: JSON, KLUE's TSV and 3i4K's text."""
