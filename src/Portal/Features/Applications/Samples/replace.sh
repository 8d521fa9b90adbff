#!/usr/bin/env bash
# Puts new hardware behind an asset. Needs bash, curl and openssl.
#   export PORTAL_SECRET_KEY=...     the secret key of the application
#   bash replace.sh ASSET_ID NEW_DEVICE_KEY [--secret]
set -euo pipefail

: "${PORTAL_SECRET_KEY:?set it to the secret key of the application}"
[ $# -ge 2 ] || { echo "usage: bash replace.sh ASSET_ID NEW_DEVICE_KEY [--secret]" >&2; exit 2; }

address='__ADDRESS__'
access_key='__ACCESS_KEY__'
org_id='__ORG_ID__'
asset_id=$1
new_key=$2
require_secret=$([ "${3:-}" = --secret ] && echo true || echo false)

sha256() { printf '%s' "$1" | openssl dgst -sha256 -r | cut -d ' ' -f 1; }

# Milliseconds; their last three digits at random, because nothing may be sent twice with the same timestamp.
timestamp() { printf '%s%03d' "$(date +%s)" $((RANDOM % 1000)); }

# 1. A token. The same one comes back until it expires: keep it.
now=$(timestamp)
answer=$(curl -sS "$address/apim-token-service/v2.0/token/get" -H 'Content-Type: application/json' --data-binary @- <<JSON
{"appKey":"$access_key","encryption":"$(sha256 "$access_key$now$PORTAL_SECRET_KEY")","timestamp":"$now"}
JSON
)
token=$(sed -n 's/.*"accessToken": *"\([^"]*\)".*/\1/p' <<<"$answer")
[ -n "$token" ] || { echo "No token: $answer" >&2; exit 1; }

# 2. The call. Signed are the token, the query (names in ASCII order, each followed by its value), the body byte for
#    byte, the timestamp and the secret key.
now=$(timestamp)
body="{\"newDeviceKey\":\"$new_key\",\"requireSecret\":$require_secret}"
signature=$(sha256 "${token}actionreplaceDeviceassetId${asset_id}orgId${org_id}${body}${now}${PORTAL_SECRET_KEY}")
answer=$(curl -sS "$address/connect-service/v2.4/devices?action=replaceDevice&orgId=$org_id&assetId=$asset_id" \
    -H 'Content-Type: application/json' -H "apim-accesstoken: $token" -H "apim-timestamp: $now" -H "apim-signature: $signature" \
    --data-binary "$body")
echo "$answer"
grep -q '"code": *0[,}]' <<<"$answer"
