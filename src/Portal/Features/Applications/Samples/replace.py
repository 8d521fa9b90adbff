"""Puts new hardware behind an asset. Needs Python 3.9 or later, nothing else.

    export PORTAL_SECRET_KEY=...     # the secret key of the application
    python3 replace.py ASSET_ID NEW_DEVICE_KEY [--secret]
"""
import hashlib
import json
import os
import sys
import time
from urllib.parse import urlencode
from urllib.request import Request, urlopen

ADDRESS = "__ADDRESS__"
ACCESS_KEY = "__ACCESS_KEY__"
ORG_ID = "__ORG_ID__"
SECRET_KEY = os.environ["PORTAL_SECRET_KEY"]


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def timestamp():
    return str(time.time_ns() // 1_000_000)


def post(path, body, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    request = Request(ADDRESS + path, body.encode(), {"Content-Type": "application/json", **headers})
    with urlopen(request, timeout=30) as response:
        return json.load(response)


def get_token():
    """The same one comes back until it expires: keep it."""
    now = timestamp()
    answer = post("/apim-token-service/v2.0/token/get", json.dumps(
        {"appKey": ACCESS_KEY, "encryption": sha256(ACCESS_KEY + now + SECRET_KEY), "timestamp": now}))
    if answer["status"] != 0:
        sys.exit(f"No token: {answer}")
    return answer["data"]["accessToken"]


def call(token, path, query, body):
    """Signed are the token, the query in the order of its names, the body byte for byte, the timestamp and the secret key."""
    now = timestamp()
    parameters = "".join(name + query[name] for name in sorted(query))
    signature = sha256(token + parameters + body + now + SECRET_KEY)
    return post(f"{path}?{urlencode(query)}", body, apim_accesstoken=token, apim_timestamp=now, apim_signature=signature)


asset_id, new_key = sys.argv[1:3]
answer = call(
    get_token(),
    "/connect-service/v2.4/devices",
    {"action": "replaceDevice", "orgId": ORG_ID, "assetId": asset_id},
    json.dumps({"newDeviceKey": new_key, "requireSecret": "--secret" in sys.argv}))
print(json.dumps(answer))
sys.exit(0 if answer["code"] == 0 else 1)
