"""Says what this machine is as one JSON object, for inventories."""

import json
import os
import platform
import socket


def read(path, default=""):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return default


def fields(text, separator):
    pairs = (line.split(separator, 1) for line in text.splitlines() if separator in line)
    return {name.strip(): value.strip().strip('"') for name, value in pairs}


def interfaces():
    found = {}
    for name in sorted(os.listdir("/sys/class/net")):
        folder = f"/sys/class/net/{name}"
        if os.path.isdir(folder):
            found[name] = {
                "mac": read(f"{folder}/address").strip(),
                "mtu": int(read(f"{folder}/mtu", "0")),
                "state": read(f"{folder}/operstate", "unknown").strip(),
            }
    return found


def disks():
    found = {}
    for name in sorted(os.listdir("/sys/block")):
        size = int(read(f"/sys/block/{name}/size", "0")) * 512
        if size > 0 and not name.startswith(("loop", "ram", "zram")):
            found[name] = {"bytes": size, "rotational": read(f"/sys/block/{name}/queue/rotational").strip() == "1"}
    return found


release = fields(read("/etc/os-release"), "=")
memory = fields(read("/proc/meminfo"), ":")
print(
    json.dumps(
        {
            "hostName": socket.gethostname(),
            "machineId": read("/etc/machine-id").strip(),
            "system": {
                "id": release.get("ID", ""),
                "version": release.get("VERSION_ID", ""),
                "name": release.get("PRETTY_NAME", ""),
            },
            "kernel": platform.release(),
            "architecture": platform.machine(),
            "processors": os.cpu_count(),
            "memoryBytes": int(memory["MemTotal"].split()[0]) * 1024,
            "swapBytes": int(memory["SwapTotal"].split()[0]) * 1024,
            "uptimeSeconds": int(float(read("/proc/uptime").split()[0])),
            "disks": disks(),
            "interfaces": interfaces(),
        },
        ensure_ascii=False,
        indent=2,
    )
)
