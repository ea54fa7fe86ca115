"""Whether this folder is whole and meant for this machine; needs nothing but Python itself.

检查本文件夹是否完整、是否适用于本机。
"""

import hashlib
import platform
import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
WANTED = {"python": "{python}", "system": "{system}", "machine": "{machine}"}


def main() -> int:
    """Say everything that is wrong at once."""
    here = {
        "python": "%d.%d" % sys.version_info[:2],
        "system": platform.system(),
        "machine": platform.machine(),
    }
    wrong = [
        f"{name}: 本机 here {here[name]}, 需要 wanted {wanted}"
        for name, wanted in WANTED.items()
        if here[name].lower() != wanted.lower()
    ]
    text = (HERE / "requirements.txt").read_text(encoding="utf-8")
    wanted = set(re.findall(r"sha256:([0-9a-f]{64})", text))
    found = {
        hashlib.sha256(file.read_bytes()).hexdigest(): file.name for file in (HERE / "wheels").glob("*.whl")
    }
    wrong += [
        f"已损坏或不在清单中 damaged or not listed: {found[digest]}" for digest in sorted(set(found) - wanted)
    ]
    if wanted - set(found):
        wrong.append(f"缺少或已损坏 missing or damaged: {len(wanted - set(found))}")
    for line in wrong:
        print(line)
    if not wrong:
        print(
            f"文件夹完整 whole: {len(found)} wheels, Python {WANTED['python']}, {WANTED['system']} {WANTED['machine']}"
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
