"""Lists files that were deleted and still take up room, because a process has them open."""

import os
import re
import stat
import sys

text = os.environ["MUSTER_PARAM_MIN_SIZE_MB"]
if not re.fullmatch(r"[0-9]{1,9}", text):
    print("min-size-mb must be a whole number, was " + text, file=sys.stderr)
    sys.exit(2)
least = int(text) * 1048576

found = {}
for pid in filter(str.isdigit, os.listdir("/proc")):
    try:
        descriptors = os.listdir("/proc/%s/fd" % pid)
    except OSError:
        # ended meanwhile, or somebody else's
        continue
    for descriptor in descriptors:
        path = "/proc/%s/fd/%s" % (pid, descriptor)
        try:
            about = os.stat(path)
            target = os.readlink(path)
        except OSError:
            continue
        if stat.S_ISREG(about.st_mode) and about.st_nlink == 0 and not target.startswith("/memfd:"):
            size, name, pids = found.setdefault((about.st_dev, about.st_ino), (about.st_blocks * 512, target, set()))
            pids.add(int(pid))

big = sorted((entry for entry in found.values() if entry[0] >= least), key=lambda entry: -entry[0])
if not big:
    print("no deleted file of %s MB or more is open" % text)
for size, name, pids in big:
    try:
        with open("/proc/%d/comm" % min(pids), encoding="utf-8", errors="replace") as file:
            program = file.read().strip()
    except OSError:
        program = "ended"
    print("%9.1f MB  %-16s %s  %s" % (size / 1048576, program, ",".join(map(str, sorted(pids))), name))
