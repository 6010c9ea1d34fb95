"""Says how busy the processors are, each of them and all together, over some seconds."""

import os
import re
import sys
import time

KINDS = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal")


def stop(code, message):
    print(message, file=sys.stderr)
    sys.exit(code)


def times():
    with open("/proc/stat", encoding="ascii") as file:
        rows = (line.split() for line in file if line.startswith("cpu"))
        return {name: [int(value) for value in values[: len(KINDS)]] for name, *values in rows}


text = os.environ["MUSTER_PARAM_SECONDS"]
if not re.fullmatch(r"[1-9]|[1-5][0-9]|60", text):
    stop(2, f"seconds must be 1 to 60, was {text}")

before = times()
time.sleep(int(text))
after = times()

print(f"{'':6} {'busy%':>6} {'user%':>6} {'sys%':>6} {'wait%':>6} {'steal%':>6}")
for name, now in after.items():
    spent = dict(zip(KINDS, (b - a for a, b in zip(before.get(name, now), now))))
    total = sum(spent.values()) or 1
    share = {kind: 100 * amount / total for kind, amount in spent.items()}
    busy = 100 - share["idle"] - share["iowait"]
    user = share["user"] + share["nice"]
    system = share["system"] + share["irq"] + share["softirq"]
    label = "all" if name == "cpu" else name
    print(f"{label:6} {max(busy, 0):6.1f} {user:6.1f} {system:6.1f} {share['iowait']:6.1f} {share['steal']:6.1f}")

with open("/proc/loadavg", encoding="ascii") as file:
    one, five, fifteen = file.read().split()[:3]
print(f"load {one} {five} {fifteen} on {os.cpu_count()} processors")
