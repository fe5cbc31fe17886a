<?php
require __DIR__ . '/recuro.php';

push([
    'queue' => 'emails',
    'url' => 'https://api.yourapp.com/send',
    'method' => 'POST',
    'payload' => [
        'subject' => 'Welcome!',
    ],
]);
