<?php

// The same without Laravel, to try it out: SECRET=whsec_… DONE=/tmp/done php -S 127.0.0.1:9000 receiver.php
require __DIR__ . '/PosthasteSignature.php';

$id = $_SERVER['HTTP_WEBHOOK_ID'] ?? null;
$body = file_get_contents('php://input');
$signature = new PosthasteSignature(getenv('SECRET') ?: '');
header('Content-Type: application/json');
if (!$signature->holds($id, $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? null, $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? null, $body)) {
    http_response_code(401);
    echo '{"error":"The signature does not hold."}';
    return;
}

// A file in place of a table: locked, looked through, and written while it is locked.
$done = fopen(getenv('DONE'), 'c+');
flock($done, LOCK_EX);
$before = in_array($id, explode("\n", stream_get_contents($done)), true);
if (!$before) {
    fwrite($done, "$id\n");
}
fclose($done);
echo json_encode(['done' => true, 'before' => $before]);
