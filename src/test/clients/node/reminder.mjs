const response = await fetch(`${process.env.HOST}/api/jobs`, {
  method: 'POST',
  headers: {
    'Authorization': `Bearer ${process.env.TOKEN}`,
    'Content-Type': 'application/json',
  },
  body: JSON.stringify({
    queue: 'reminders',
    url: 'https://api.yourapp.com/remind',
    method: 'POST',
    payload: { user_id: 42, type: 'trial_expiry' },
    delay: 86400,
    callback_url: 'https://api.yourapp.com/recuro-callback',
  }),
});

console.log(JSON.stringify(await response.json()));
