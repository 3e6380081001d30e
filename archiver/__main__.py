"""``python -m archiver`` is the command ``archive``."""

from archiver.cli import main

main()
