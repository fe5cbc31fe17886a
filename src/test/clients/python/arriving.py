import os
import requests

response = requests.post(
    os.environ['HOST'] + '/api/jobs',
    headers={'Authorization': 'Bearer ' + os.environ['TOKEN']},
    json={'queue': 'arriving', 'url': os.environ['RECEIVER'] + '/python', 'payload': {'client': 'python'}},
)

print(response.text)
