"""Lists the SSH keys that users can log in with: type, fingerprint, comment, restrictions."""

import base64
import binascii
import hashlib
import os
import pwd
import re
import sys

KEY = re.compile(r"(?:^|\s)((?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+)\s+(AAAA[A-Za-z0-9+/=]+)(?:\s+(.*))?$")


def fingerprint(body):
    try:
        digest = hashlib.sha256(base64.b64decode(body, validate=True)).digest()
    except binascii.Error:
        return "damaged"
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


wanted = os.environ["MUSTER_PARAM_USER"]
users = [user for user in pwd.getpwall() if not wanted or user.pw_name == wanted]
if not users:
    print("there is no user " + wanted, file=sys.stderr)
    sys.exit(1)

count = 0
denied = []
for user in users:
    for name in ("authorized_keys", "authorized_keys2"):
        path = os.path.join(user.pw_dir, ".ssh", name)
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                lines = file.read().splitlines()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            denied.append("%s: %s" % (path, error.strerror))
            continue
        for number, line in enumerate(lines, 1):
            text = line.strip()
            if not text or text.startswith("#"):
                continue
            count += 1
            found = KEY.search(text)
            if not found:
                print("%s %s:%d is no key" % (user.pw_name, path, number))
                continue
            kind, body, comment = found.groups()
            options = text[: found.start(1)].strip()
            print(" ".join(filter(None, (user.pw_name, kind, fingerprint(body), comment, options and "[%s]" % options))))
print("%d keys" % count)
if denied:
    print("not readable: " + "; ".join(denied), file=sys.stderr)
    sys.exit(3)
