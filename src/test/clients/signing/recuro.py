# Recuro's algorithm in Python: HMAC-SHA256 of "<timestamp>.<raw body>".
import base64
import hashlib
import hmac
import json
import sys

file, old, current = sys.argv[1:]


def holds(secret, timestamp, body, signature):
    key = base64.b64decode(secret[len('whsec_'):])
    expected = hmac.new(key, timestamp.encode() + b'.' + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, signature)


verified = 0
for line in open(file, encoding='utf-8'):
    request = json.loads(line)
    path, headers, raw = request['path'], request['headers'], base64.b64decode(request['body'])
    timestamp, signature = headers['x-recuro-timestamp'], headers['x-recuro-signature']
    signing, other = (current, old) if path == '/overlap' else (old, current)
    assert holds(signing, timestamp, raw, signature), path + ' does not verify'
    assert not holds(other, timestamp, raw, signature), path + ' verifies with a wrong secret'
    assert not holds(signing, timestamp, raw + b' ', signature), path + ' verifies with a tampered body'
    assert not holds(signing, str(int(timestamp) + 1), raw, signature), path + ' verifies with a wrong time'
    verified += 1
print(verified)
