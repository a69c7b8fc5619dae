"""The figures that tests measure, printed and kept as JSON for whoever wants to quote them."""

import json
from pathlib import Path

FOLDER = Path(__file__).parent / "results"


def write(name: str, **figures: object) -> None:
    """Print the figures of one test and keep them in `tests/results/<name>.json`."""
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.json").write_text(json.dumps(figures, indent=2) + "\n")
    print(f"{name}: {json.dumps(figures)}")


def since(start: float) -> dict[str, str]:
    """Give the figures that were written after a time (seconds since 1970), by name."""
    written = [file for file in sorted(FOLDER.glob("*.json")) if file.stat().st_mtime >= start]
    return {file.stem: json.dumps(json.loads(file.read_text())) for file in written}
