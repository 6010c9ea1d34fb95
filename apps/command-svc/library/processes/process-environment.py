"""Shows the environment of processes, with the values of what looks like a secret left out."""

import os
import re
import sys

SECRET = re.compile(r"PASS|SECRET|TOKEN|CREDENTIAL|PRIVATE|(^|_)(KEY|PWD|AUTH|DSN)(_|$)", re.IGNORECASE)
# user:password@ in addresses
USERINFO = re.compile(r"(://[^/\s:@]*:)[^/\s@]+@")


def stop(code, message):
    print(message, file=sys.stderr)
    sys.exit(code)


def read(pid, name):
    try:
        with open("/proc/%d/%s" % (pid, name), "rb") as file:
            return file.read().decode("utf-8", "replace")
    except OSError:
        return None


def matching(wanted):
    if re.fullmatch(r"[0-9]{1,9}", wanted):
        return [int(wanted)] if os.path.isdir("/proc/%d" % int(wanted)) else []
    pids = sorted(int(name) for name in os.listdir("/proc") if name.isdigit())
    # the kernel keeps the first 15 bytes of a program's name
    name = wanted.encode()[:15].decode("utf-8", "replace")
    return [pid for pid in pids if (read(pid, "comm") or "").rstrip("\n") == name and pid != os.getpid()]


def shown(entry):
    name, _, value = entry.partition("=")
    if SECRET.search(name):
        return name + "=******"
    return name + "=" + USERINFO.sub(r"\1******@", value)


wanted = os.environ["MUSTER_PARAM_PROCESS"]
if not wanted:
    stop(2, "process is required: a number or the name of a program")
found = matching(wanted)
if not found:
    stop(1, "no process is " + wanted)
denied = 0
for pid in found:
    text = read(pid, "environ")
    if text is None:
        denied += 1
        continue
    print("process %d (%s)" % (pid, (read(pid, "comm") or "ended").strip()))
    for entry in sorted(filter(None, text.split("\0"))):
        print("  " + shown(entry))
if denied == len(found):
    stop(1, "the environment may not be read; only root sees that of others")
sys.exit()

# required, and never reached: {{process}}
