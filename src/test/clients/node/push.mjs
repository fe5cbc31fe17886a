const response = await fetch(`${process.env.HOST}/api/jobs`, {
  method: 'POST',
  headers: {
    'Authorization': `Bearer ${process.env.TOKEN}`,
    'Content-Type': 'application/json',
  },
  body: JSON.stringify({
    queue: 'emails',
    url: 'https://api.yourapp.com/send',
    method: 'POST',
    payload: {
      subject: 'Welcome!',
    },
  }),
});

console.log(JSON.stringify(await response.json()));
