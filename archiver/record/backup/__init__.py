"""Checked copies of an archive, and the way back.

A backup folder holds dated *generations* of the database and, shared by all of them, each original once:

    DEST/backup.toml                            whose backups these are
    DEST/generations/2026-11-23T045500Z/        archive.db, archive.toml, backup.json (what it covers, digests)
    DEST/originals/ab/cdef…                     named by SHA-256, read-only
    DEST/incoming/                              what is being written; empty otherwise

Generations are kept, so that a mistake noticed late can be undone. An original is never changed, so a generation needs
only those that came since the last; a generation and ``originals`` together are an archive, without any program.
"""
