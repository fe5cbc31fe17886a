const response = await fetch(`${process.env.HOST}/api/jobs`, {
  method: 'POST',
  headers: { 'Authorization': `Bearer ${process.env.TOKEN}`, 'Content-Type': 'application/json' },
  body: JSON.stringify({ queue: 'arriving', url: `${process.env.RECEIVER}/node`, payload: { client: 'node' } }),
});

console.log(JSON.stringify(await response.json()));
