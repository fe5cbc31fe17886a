<?php
// What Laravel's Http::withToken(...)->post(...) sends, with PHP's own curl.
function push(array $job): void
{
    $call = curl_init(getenv('HOST') . '/api/jobs');
    curl_setopt_array($call, [
        CURLOPT_POST => true,
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_POSTFIELDS => json_encode($job),
        CURLOPT_HTTPHEADER => [
            'Authorization: Bearer ' . getenv('TOKEN'),
            'Content-Type: application/json',
            'User-Agent: GuzzleHttp/7',
        ],
    ]);
    echo curl_exec($call), "\n";
}
