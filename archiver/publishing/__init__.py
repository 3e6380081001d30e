"""A department-wide index in PostgreSQL: rebuildable, told what is new, asked in the same language.

    archive.db → rows.of → writing.publish → messages, chats, people, memberships, names (schema.py)
    typed → searching.understand → compiling.compiled → SQL → asking.search → Hits

The archive stays the record; the index may be dropped and published again. Nothing connects anywhere unless a URL says
where.
"""
