"""A name server that knows one name: `shop.test` is 192.0.2.7."""

import socket
import sys

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
    line.bind(("127.0.0.1", int(sys.argv[1])))
    open("/run/stand-in/name-server", "w").close()
    while True:
        question, sender = line.recvfrom(512)
        known = b"\4shop\4test\0\0\1\0\1" in question
        if b"\4shop\4test\0" not in question:
            line.sendto(question[:2] + b"\x81\x83" + question[4:], sender)
            continue
        head = question[:2] + b"\x81\x80\0\1" + (b"\0\1" if known else b"\0\0") + b"\0\0\0\0"
        answer = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + bytes([192, 0, 2, 7]) if known else b""
        line.sendto(head + question[12:] + answer, sender)
