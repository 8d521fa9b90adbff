# Opens an encrypted device secret: python3 open_secret.py PRIVATE_KEY.pem < data.json
import base64, json, sys
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

data = json.load(sys.stdin)
with open(sys.argv[1], "rb") as file:
    private_key = serialization.load_pem_private_key(file.read(), password=None)
oaep = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
session_key = private_key.decrypt(base64.b64decode(data["sessionKey"]), oaep)
box = base64.b64decode(data["deviceSecret"])
print(AESGCM(session_key).decrypt(box[:12], box[12:], None).decode())
