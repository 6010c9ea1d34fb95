"""Counts failed logins by user and by address, over some hours."""

import collections
import datetime
import os
import re
import shutil
import struct
import subprocess
import sys
import time

# struct utmp of Linux with glibc: type, pid, line, id, user, host, exit, session, time, address
RECORD = struct.Struct("<hxxi32s4s32s256shhiii16s20x")
LINE = re.compile(
    r"sshd(?:-session)?\[\d+\]: (?:Failed \S+ for (?:invalid user )?(\S*) from (\S+)|Invalid user (\S*) from (\S+))"
)


def stop(code, message):
    print(message, file=sys.stderr)
    sys.exit(code)


def number(name, most):
    text = os.environ["MUSTER_PARAM_" + name.upper()]
    if not re.fullmatch(r"[1-9][0-9]{0,5}", text) or int(text) > most:
        stop(2, "%s must be 1 to %d, was %s" % (name, most, text))
    return int(text)


def from_btmp(path, since):
    """What login and sshd note in binary."""
    with open(path, "rb") as file:
        data = file.read()
    for start in range(0, len(data) - RECORD.size + 1, RECORD.size):
        record = RECORD.unpack_from(data, start)
        if record[9] >= since:
            user, host = (part.split(b"\0")[0].decode("utf-8", "replace") for part in (record[4], record[5]))
            yield user or "?", host or "local"


def from_lines(lines, dated, since):
    """What sshd writes into logs; `dated` tells when a line was written, as far as it says."""
    for line in lines:
        found = LINE.search(line)
        # the same attempt is noted twice for an unknown user
        if found and found.group(2) and dated(line) >= since:
            yield found.group(1) or "?", found.group(2)


def syslog_time(line):
    iso = re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", line)
    if iso:
        return datetime.datetime.strptime(iso.group(), "%Y-%m-%dT%H:%M:%S").timestamp()
    # no year: the last such day that is not in the future
    now = datetime.datetime.now()
    try:
        moment = datetime.datetime.strptime("%d %s" % (now.year, line[:15]), "%Y %b %d %H:%M:%S")
    except ValueError:
        return 0
    if moment > now + datetime.timedelta(days=1):
        moment = moment.replace(year=now.year - 1)
    return moment.timestamp()


def attempts(since, hours):
    path = "/var/log/btmp"
    if os.path.exists(path) and os.path.getsize(path) > 0:
        return path, list(from_btmp(path, since))
    for path in ("/var/log/auth.log", "/var/log/secure"):
        if os.path.exists(path):
            with open(path, encoding="utf-8", errors="replace") as file:
                return path, list(from_lines(file, syslog_time, since))
    if shutil.which("journalctl"):
        journal = subprocess.run(
            ["journalctl", "--quiet", "--no-pager", "-o", "short", "-t", "sshd", "--since", "%d hours ago" % hours],
            stdout=subprocess.PIPE,
            check=False,
        )
        if journal.returncode == 0:
            lines = journal.stdout.decode("utf-8", "replace").splitlines()
            return "the journal", list(from_lines(lines, lambda line: since, since))
    stop(3, "this machine keeps no record of failed logins: neither btmp, auth.log, secure nor a journal")


hours = number("hours", 8760)
count = number("count", 9999)
try:
    source, found = attempts(time.time() - hours * 3600, hours)
except PermissionError as error:
    stop(3, "only root may read %s" % error.filename)

print("%d failed logins in %d hours, says %s" % (len(found), hours, source))
for title, index in (("BY USER", 0), ("BY ADDRESS", 1)):
    counts = collections.Counter(attempt[index] for attempt in found)
    if counts:
        print(title)
    for name, times in counts.most_common(count):
        print("%7d  %s" % (times, name))
