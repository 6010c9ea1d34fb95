"""Looks a name up: as programs of this machine do, and at each of its name servers by itself."""

import os
import random
import re
import socket
import struct
import sys
import time

TYPES = {1: "A", 5: "CNAME", 28: "AAAA"}
CODES = {2: "server failure", 3: "no such name", 5: "refused"}


def stop(code, message):
    print(message, file=sys.stderr)
    sys.exit(code)


def servers():
    try:
        with open("/etc/resolv.conf", encoding="utf-8", errors="replace") as file:
            return [words[1] for words in (line.split() for line in file) if len(words) > 1 and words[0] == "nameserver"]
    except OSError:
        return []


def skip_name(message, at):
    while message[at] != 0:
        # a pointer to an earlier name ends this one
        if message[at] >= 0xC0:
            return at + 2
        at += message[at] + 1
    return at + 1


def ask(server, name, kind):
    """The answers of one server, in words."""
    number = random.randrange(1 << 16)
    labels = name.encode("idna").rstrip(b".").split(b".")
    question = b"".join(bytes([len(label)]) + label for label in labels) + b"\0" + struct.pack(">HH", kind, 1)
    address, _, port = server.partition("#")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as line:
        line.settimeout(3)
        line.connect((address, int(port or 53)))
        line.send(struct.pack(">HHHHHH", number, 0x0100, 1, 0, 0, 0) + question)
        message = line.recv(4096)
    if len(message) < 12:
        raise ValueError("the answer is no DNS message")
    got, flags, questions, answers = struct.unpack_from(">HHHH", message)
    if got != number:
        raise ValueError("the answer is to another question")
    if flags & 0xF:
        raise ValueError(CODES.get(flags & 0xF, "error %d" % (flags & 0xF)))
    at = 12
    for _ in range(questions):
        at = skip_name(message, at) + 4
    found = []
    for _ in range(answers):
        at = skip_name(message, at)
        type_, _, ttl, length = struct.unpack_from(">HHIH", message, at)
        data = message[at + 10 : at + 10 + length]
        at += 10 + length
        if type_ == 1:
            found.append("%s (%d s)" % (socket.inet_ntop(socket.AF_INET, data), ttl))
        elif type_ == 28:
            found.append("%s (%d s)" % (socket.inet_ntop(socket.AF_INET6, data), ttl))
    return found


name = os.environ["MUSTER_PARAM_NAME"]
server = os.environ["MUSTER_PARAM_SERVER"]
if not re.fullmatch(r"(?=.{1,253}$)[\w-]{1,63}(\.[\w-]{1,63})*\.?", name):
    stop(2, "name must be a host name, was " + name)
if server and not re.fullmatch(r"[0-9A-Fa-f.:]+(#[0-9]{1,5})?", server):
    stop(2, "server must be an address, was " + server)

failed = False
if not server:
    began = time.monotonic()
    try:
        addresses = sorted({entry[4][0] for entry in socket.getaddrinfo(name, None)})
        print("this machine: %s (%.0f ms)" % (" ".join(addresses), (time.monotonic() - began) * 1000))
    except (OSError, UnicodeError) as error:
        print("this machine: %s" % error)
        failed = True
for each in [server] if server else servers():
    for kind in (1, 28):
        began = time.monotonic()
        try:
            answer = " ".join(ask(each, name, kind)) or "none"
        except (OSError, ValueError, IndexError, struct.error) as error:
            answer = str(error)
            # what the machine itself can find is found
            failed = failed or bool(server)
        print("%s %s: %s (%.0f ms)" % (each, TYPES[kind], answer, (time.monotonic() - began) * 1000))
if failed:
    stop(1, name + " is not found")
sys.exit()

# required, and never reached: {{name}}
