"""Waits until a TCP port accepts connections, or until it does no more."""

import os
import re
import socket
import sys
import time


def stop(code, message):
    print(message, file=sys.stderr)
    sys.exit(code)


def number(name, most):
    text = os.environ["MUSTER_PARAM_" + name.upper()]
    if not re.fullmatch(r"[1-9][0-9]{0,5}", text) or int(text) > most:
        stop(2, "%s must be 1 to %d, was %s" % (name, most, text))
    return int(text)


host = os.environ["MUSTER_PARAM_HOST"]
port = number("port", 65535)
seconds = number("seconds", 3600)
wanted = os.environ["MUSTER_PARAM_STATE"]
if not re.fullmatch(r"[A-Za-z0-9.:_%-]+", host):
    stop(2, "host must be a name or an address, was " + host)
if wanted not in ("open", "closed"):
    stop(2, "state must be open or closed, was " + wanted)

began = time.monotonic()
while True:
    try:
        with socket.create_connection((host, port), timeout=3):
            state, why = "open", ""
    except (OSError, UnicodeError) as error:
        state, why = "closed", str(error)
    waited = time.monotonic() - began
    if state == wanted:
        print("%s port %d is %s after %.0f s" % (host, port, state, waited))
        break
    if waited >= seconds:
        stop(1, "%s port %d is still %s after %d s%s" % (host, port, state, seconds, ": " + why if why else ""))
    time.sleep(0.5)
sys.exit()

# required, and never reached: {{port}}
