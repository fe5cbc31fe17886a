<?php
require __DIR__ . '/recuro.php';

$partners = [
    'https://partner-a.example.com/webhook',
    'https://partner-b.example.com/webhook',
    'https://partner-c.example.com/webhook',
];

foreach ($partners as $url) {
    push([
        'queue' => 'webhook-fanout',
        'url' => $url,
        'method' => 'POST',
        'payload' => [
            'event' => 'order.completed',
            'order_id' => 7,
            'timestamp' => date(DATE_ATOM),
        ],
    ]);
}
