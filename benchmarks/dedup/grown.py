"""What it costs to ingest an export again once it has grown, beside reading it once.

    python benchmarks/dedup/grown.py [--messages 101000] [--seed 9]

The old export holds all but the last 1,000 messages; edits and deletions in between stand in the new one. Figures are
CPU seconds of whole processes; reading alone walks through the new export to its end and keeps nothing.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import generate

READ = """
import sys
from pathlib import Path
from archiver.model import ReadingOptions
from archiver.reading.detect import open_source
from archiver.reading.dialects import is_chat
from archiver.reading.routes import read_bundle
path = Path(sys.argv[1])
source = open_source(path, path.name, sha256="", size=path.stat().st_size, is_chat=is_chat)
for bundle in source.bundles:
    print(sum(len(batch.sightings) for batch in read_bundle(bundle, ReadingOptions()).batches()))
"""


def spent(*arguments: str) -> float:
    """CPU seconds of one run of Python."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3):
        raise SystemExit(done.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=101_000)
    parser.add_argument("--seed", default="9")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        generate.generate(options.messages, options.seed, "grown", str(folder / "corpus"), truth=False)
        old, new = (str(folder / "corpus" / name) for name in ("old.txt", "new.txt"))
        archive = ["--archive", str(folder / "archive"), "--chat", "Winter", "--captured", "2026-04-05", "--quiet"]
        figures = {
            "read_s": spent("-c", READ, new),
            "first_s": spent("-m", "archiver", "ingest", old, *archive),
            "again_s": spent("-m", "archiver", "ingest", new, *archive),
            "same_s": spent("-m", "archiver", "ingest", new, *archive),
        }
        figures |= {f"{name[:-2]}_to_read": round(figures[name] / figures["read_s"], 2) for name in list(figures)[1:]}
        print(json.dumps({name: round(figure, 2) for name, figure in figures.items()}, indent=1))


if __name__ == "__main__":
    main()
