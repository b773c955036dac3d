"""Turns result.json, which `pushpull run` writes, into summary.md and report.html."""
