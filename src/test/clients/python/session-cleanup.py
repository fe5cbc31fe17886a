import os
import requests

api_token = os.environ['TOKEN']
headers = {'Authorization': f'Bearer {api_token}'}
expired_session_ids = ['a1', 'b2', 'c3']

for session_id in expired_session_ids:
    response = requests.post(
        os.environ['HOST'] + '/api/jobs',
        headers=headers,
        json={
            'queue': 'session-cleanup',
            'url': 'https://api.yourapp.com/sessions/cleanup',
            'method': 'POST',
            'payload': {'session_id': session_id},
        },
    )
    print(response.text)
