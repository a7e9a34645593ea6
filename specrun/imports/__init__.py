"""Reads task lists of people and of other tools into drafts of specs."""
