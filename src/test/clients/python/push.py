import os
import requests

response = requests.post(
    os.environ['HOST'] + '/api/jobs',
    headers={'Authorization': 'Bearer ' + os.environ['TOKEN']},
    json={
        'queue': 'emails',
        'url': 'https://api.yourapp.com/send',
        'method': 'POST',
        'payload': {
            'subject': 'Welcome!',
        },
    },
)

print(response.text)
