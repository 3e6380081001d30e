"""The search: what a person types, understood, asked of the record, said back.

typed → understanding.understand → Question (language.py) → planning.plan → Plan → asking.count, ids; pages.page
"""
