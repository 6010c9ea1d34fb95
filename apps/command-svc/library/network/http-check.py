"""Asks for a page and fails unless the status, and what the page holds, is what is expected."""

import os
import re
import sys
import time
import urllib.error
import urllib.request


def stop(code, message):
    print(message, file=sys.stderr)
    sys.exit(code)


url = os.environ["MUSTER_PARAM_URL"]
status = os.environ["MUSTER_PARAM_EXPECTED_STATUS"]
contains = os.environ["MUSTER_PARAM_CONTAINS"]
seconds = os.environ["MUSTER_PARAM_TIMEOUT_SECONDS"]
if not re.fullmatch(r"https?://[!-~]+", url):
    stop(2, "url must begin with http:// or https:// and hold no blanks, was " + url)
if not re.fullmatch(r"[1-5][0-9][0-9]", status):
    stop(2, "expected-status must be 100 to 599, was " + status)
if not re.fullmatch(r"[1-9][0-9]?", seconds):
    stop(2, "timeout-seconds must be 1 to 99, was " + seconds)

began = time.monotonic()
request = urllib.request.Request(url, headers={"User-Agent": "muster-http-check"})
try:
    try:
        answer = urllib.request.urlopen(request, timeout=int(seconds))
    except urllib.error.HTTPError as error:
        # an answer too, and perhaps the expected one
        answer = error
    with answer:
        body = answer.read(4 << 20)
except (OSError, ValueError, urllib.error.URLError) as error:
    stop(1, "%s does not answer: %s" % (url, getattr(error, "reason", error)))

print("%s answers %d after %.0f ms" % (answer.geturl(), answer.code, (time.monotonic() - began) * 1000))
for name in ("Content-Type", "Server"):
    if answer.headers.get(name):
        print("%s: %s" % (name, answer.headers[name]))
if answer.code != int(status):
    stop(1, "the status is %d, expected was %s" % (answer.code, status))
if contains.encode() not in body:
    stop(1, "the page does not hold the expected text")
sys.exit()

# required, and never reached: {{url}}
