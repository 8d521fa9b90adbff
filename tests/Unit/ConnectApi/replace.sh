#!/usr/bin/env bash
# Replaces a device as the demo application of a portal in Development: replace.sh ADDRESS ASSET_ID NEW_DEVICE_KEY
set -euo pipefail
address=$1 asset=$2 key=$3
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }
sha256() { printf '%s' "$1" | openssl dgst -sha256 -r | cut -d ' ' -f 1; }

sample=$(curl -sf "$address/development/sample" | grep -o '"application":{[^}]*}')
access_key=$(field accessKey <<<"$sample") secret_key=$(field secretKey <<<"$sample") org=$(field orgId <<<"$sample")

now=$(date +%s%3N)
token=$(curl -sf "$address/apim-token-service/v2.0/token/get" -H 'Content-Type: application/json' \
    -d "{\"appKey\":\"$access_key\",\"encryption\":\"$(sha256 "$access_key$now$secret_key")\",\"timestamp\":$now}" | field accessToken)

# Names in ASCII order, each followed by its value; then the body.
body="{\"newDeviceKey\":\"$key\",\"requireSecret\":true}"
now=$(date +%s%3N)
signature=$(sha256 "${token}actionreplaceDeviceassetId${asset}orgId${org}${body}${now}${secret_key}")
curl -sf "$address/connect-service/v2.4/devices?action=replaceDevice&orgId=$org&assetId=$asset" \
    -H "apim-accesstoken: $token" -H "apim-timestamp: $now" -H "apim-signature: $signature" -H 'Content-Type: application/json' -d "$body"
