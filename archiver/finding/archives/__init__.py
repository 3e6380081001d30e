"""One question asked of many archives: those whose manifest says that they cannot answer are not even opened.

folders → manifest.of → manifest.may_answer → asking.search → one list, merged by time or by rank
"""
