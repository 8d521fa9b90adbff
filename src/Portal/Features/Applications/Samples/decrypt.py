"""Opens the device secret in an answer of the portal. Needs Python 3.9 or later, nothing else.

    python3 replace.py ASSET_ID NEW_DEVICE_KEY --secret | python3 decrypt.py PRIVATE_KEY.pem

Python itself brings neither RSA nor AES, so both are written out here. With the package "cryptography" they are one
call each: PrivateKey.decrypt with OAEP (SHA-256 twice), and AESGCM(session_key).decrypt(nonce, ciphertext_and_tag, None).
"""
import base64
import hashlib
import hmac
import json
import sys


def read_private_key(pem):
    """n and d of a PKCS#8 file, BEGIN PRIVATE KEY: DER is tag, length, value, and again within a value."""
    def elements(der):
        while der:
            size, start = der[1], 2
            if size & 0x80:
                start = 2 + (size & 0x7F)
                size = int.from_bytes(der[2:start], "big")
            yield der[start:start + size]
            der = der[start + size:]

    der = base64.b64decode("".join(line for line in pem.splitlines() if not line.startswith("-")))
    _, _, inner = list(elements(next(elements(der))))[:3]
    numbers = [int.from_bytes(number, "big") for number in elements(next(elements(inner)))]
    return numbers[1], numbers[3]


def rsa_oaep_decrypt(sealed, n, d):
    """RFC 8017, 7.1.2, with SHA-256 and an empty label."""
    def mask(seed, length):
        blocks = (hashlib.sha256(seed + i.to_bytes(4, "big")).digest() for i in range(length // 32 + 1))
        return b"".join(blocks)[:length]

    def xor(left, right):
        return bytes(a ^ b for a, b in zip(left, right))

    size = (n.bit_length() + 7) // 8
    block = pow(int.from_bytes(sealed, "big"), d, n).to_bytes(size, "big")
    seed, data = block[1:33], block[33:]
    data = xor(data, mask(xor(seed, mask(data, 32)), len(data)))
    padding, found, message = data[32:].partition(b"\x01")
    if block[0] or data[:32] != hashlib.sha256().digest() or padding.strip(b"\0") or not found:
        sys.exit("The session key does not open: it was made for another private key.")
    return message


def double(a):
    return (a << 1) ^ (0x11B if a & 0x80 else 0)


def make_sbox():
    """FIPS 197, 5.1.1: the inverse in GF(2^8), then five rotations of it."""
    powers = [1]
    while len(powers) < 255:
        powers.append(double(powers[-1]) ^ powers[-1])
    inverses = {powers[i]: powers[-i % 255] for i in range(255)}
    box = []
    for a in range(256):
        b = inverses.get(a, 0)
        for i in range(1, 5):
            b ^= (inverses.get(a, 0) << i | inverses.get(a, 0) >> 8 - i) & 0xFF
        box.append(b ^ 0x63)
    return box


SBOX = make_sbox()


def aes256(key):
    """FIPS 197: a function that encrypts one block of 16 bytes."""
    words, constant = [list(key[i:i + 4]) for i in range(0, 32, 4)], 1
    for i in range(8, 60):
        word = words[-1]
        if i % 8 == 0:
            word = [SBOX[b] for b in word[1:] + word[:1]]
            word[0] ^= constant
            constant = double(constant)
        elif i % 8 == 4:
            word = [SBOX[b] for b in word]
        words.append([a ^ b for a, b in zip(words[i - 8], word)])
    keys = [sum(words[i:i + 4], []) for i in range(0, 60, 4)]

    def encrypt(block):
        state = [a ^ b for a, b in zip(block, keys[0])]
        for turn in range(1, 15):
            state = [SBOX[state[(i + 4 * (i % 4)) % 16]] for i in range(16)]
            if turn < 14:
                columns = [state[i:i + 4] for i in range(0, 16, 4)]
                state = [double(c[i] ^ c[(i + 1) % 4]) ^ c[(i + 1) % 4] ^ c[(i + 2) % 4] ^ c[(i + 3) % 4]
                         for c in columns for i in range(4)]
            state = [a ^ b for a, b in zip(state, keys[turn])]
        return bytes(state)

    return encrypt


def aes256_gcm_decrypt(key, nonce, sealed, tag):
    """NIST SP 800-38D, without additional data: counters from 2 on hide the text, counter 1 the tag."""
    encrypt = aes256(key)
    point, total = int.from_bytes(encrypt(bytes(16)), "big"), 0
    chunks = [sealed[i:i + 16] for i in range(0, len(sealed), 16)]
    for chunk in chunks + [(8 * len(sealed)).to_bytes(16, "big")]:
        left, total, right = total ^ int.from_bytes(chunk.ljust(16, b"\0"), "big"), 0, point
        for bit in range(127, -1, -1):
            total ^= right if left >> bit & 1 else 0
            right = right >> 1 ^ (0xE1 << 120 if right & 1 else 0)
    computed = total ^ int.from_bytes(encrypt(nonce + bytes([0, 0, 0, 1])), "big")
    if not hmac.compare_digest(computed.to_bytes(16, "big"), tag):
        sys.exit("The device secret does not open: it was changed on its way.")
    stream = b"".join(encrypt(nonce + (i + 2).to_bytes(4, "big")) for i in range(len(chunks)))
    return bytes(a ^ b for a, b in zip(sealed, stream))


with open(sys.argv[1]) as file:
    modulus, exponent = read_private_key(file.read())
answer = json.load(sys.stdin)["data"]

# sessionKey: 32 bytes, wrapped by RSA-OAEP with SHA-256 for the public key of the application.
session_key = rsa_oaep_decrypt(base64.b64decode(answer["sessionKey"]), modulus, exponent)

# deviceSecret: 12 bytes nonce, the ciphertext, 16 bytes tag of AES-256-GCM under the session key.
device_secret = base64.b64decode(answer["deviceSecret"])
print(aes256_gcm_decrypt(session_key, device_secret[:12], device_secret[12:-16], device_secret[-16:]).decode())
