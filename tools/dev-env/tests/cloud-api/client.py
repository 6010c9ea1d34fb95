"""A client of API 3.0, written from the public signing rules alone and with nothing but Python's standard library.

Reads one JSON object a line from standard input and answers each with one on standard output:

    {"op": "sign" | "call", "url": "http://127.0.0.1:4000", "secretId": "...", "secretKey": "...", "token": "...",
     "signMethod": "TC3-HMAC-SHA256" | "HmacSHA1" | "HmacSHA256", "httpMethod": "POST" | "GET",
     "action": "...", "version": "...", "parameters": {...}, "timestamp": 1551113065, "nonce": 1}

`sign` answers with the request that would be sent, `call` sends it and answers with what came back.
"""

import base64
import hashlib
import hmac
import http.client
import json
import random
import sys
import time
from datetime import datetime, timezone
from urllib.parse import quote, urlencode, urlsplit

FORM = "application/x-www-form-urlencoded"
REGION = "ap-guangzhou"


def flattened(value, name=""):
    """Names and texts of parameters: `Filters.0.Values.1`."""
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, list):
        parts = enumerate(value)
    else:
        yield name, ("true" if value else "false") if isinstance(value, bool) else str(value)
        return
    for key, part in parts:
        yield from flattened(part, f"{name}.{key}" if name else str(key))


def hmac_sha256(key, text):
    return hmac.new(key, text.encode("utf-8"), hashlib.sha256).digest()


def sha256_hex(data):
    return hashlib.sha256(data).hexdigest()


def tc3(ask, host):
    """TC3-HMAC-SHA256: the signature is in a header, the parameters in a JSON body or in the query."""
    method, parameters = ask["httpMethod"], ask["parameters"]
    if method == "GET":
        query = "&".join(f"{quote(name, safe='')}={quote(text, safe='')}" for name, text in flattened(parameters))
        body, content_type = b"", FORM
    else:
        query, content_type = "", "application/json; charset=utf-8"
        body = json.dumps(parameters, ensure_ascii=False).encode("utf-8")
    timestamp = ask.get("timestamp", int(time.time()))
    date = datetime.fromtimestamp(timestamp, timezone.utc).strftime("%Y-%m-%d")
    service = host.split(".")[0]
    covered = {"content-type": content_type, "host": host, "x-tc-action": ask["action"].lower()}
    names = ";".join(sorted(covered))
    lines = "".join(f"{name}:{covered[name]}\n" for name in sorted(covered))
    canonical = "\n".join([method, "/", query, lines, names, sha256_hex(body)])
    scope = f"{date}/{service}/tc3_request"
    text = "\n".join(["TC3-HMAC-SHA256", str(timestamp), scope, sha256_hex(canonical.encode("utf-8"))])
    key = ("TC3" + ask["secretKey"]).encode("utf-8")
    for step in [date, service, "tc3_request"]:
        key = hmac_sha256(key, step)
    signature = hmac_sha256(key, text).hex()
    headers = {
        "Host": host,
        "Content-Type": content_type,
        "X-TC-Action": ask["action"],
        "X-TC-Version": ask["version"],
        "X-TC-Region": REGION,
        "X-TC-Timestamp": str(timestamp),
        "Authorization": f"TC3-HMAC-SHA256 Credential={ask['secretId']}/{scope}, SignedHeaders={names}, Signature={signature}",
    }
    if ask.get("token"):
        headers["X-TC-Token"] = ask["token"]
    return {"query": query, "headers": headers, "body": body, "signature": signature}


def version1(ask, host):
    """HmacSHA1 and HmacSHA256: the signature is a parameter among the others, in a form or in the query."""
    method = ask["httpMethod"]
    parameters = dict(flattened(ask["parameters"]))
    parameters.update(
        Action=ask["action"],
        Version=ask["version"],
        Region=REGION,
        SecretId=ask["secretId"],
        SignatureMethod=ask["signMethod"],
        Timestamp=str(ask.get("timestamp", int(time.time()))),
        Nonce=str(ask.get("nonce", random.randrange(1 << 31))),
    )
    if ask.get("token"):
        parameters["Token"] = ask["token"]
    text = f"{method}{host}/?" + "&".join(f"{name}={parameters[name]}" for name in sorted(parameters))
    digest = hashlib.sha1 if ask["signMethod"] == "HmacSHA1" else hashlib.sha256
    made = hmac.new(ask["secretKey"].encode("utf-8"), text.encode("utf-8"), digest).digest()
    signature = base64.b64encode(made).decode("ascii")
    # blanks become `+` here, and `%20` in the queries of TC3
    content = urlencode({**parameters, "Signature": signature})
    if method == "GET":
        return {"query": content, "headers": {"Host": host}, "body": b"", "signature": signature}
    headers = {"Host": host, "Content-Type": FORM}
    return {"query": "", "headers": headers, "body": content.encode("ascii"), "signature": signature}


def answer(ask):
    host = urlsplit(ask["url"]).netloc
    made = (tc3 if ask["signMethod"] == "TC3-HMAC-SHA256" else version1)(ask, host)
    if ask["op"] == "sign":
        return {**made, "body": made["body"].decode("utf-8")}
    connection = http.client.HTTPConnection(host, timeout=30)
    try:
        target = "/?" + made["query"] if made["query"] else "/"
        connection.request(ask["httpMethod"], target, made["body"] or None, made["headers"])
        response = connection.getresponse()
        return {"status": response.status, **json.loads(response.read())}
    finally:
        connection.close()


sys.stdin.reconfigure(encoding="utf-8")
sys.stdout.reconfigure(encoding="utf-8")
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
