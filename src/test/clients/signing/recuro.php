<?php
// Recuro's algorithm in PHP: HMAC-SHA256 of "<timestamp>.<raw body>".
[, $file, $old, $current] = $argv;

function holds(string $secret, string $timestamp, string $body, string $signature): bool
{
    $key = base64_decode(substr($secret, strlen('whsec_')));
    return hash_equals(hash_hmac('sha256', $timestamp . '.' . $body, $key), $signature);
}

function must(bool $condition, string $what): void
{
    if (!$condition) {
        fwrite(STDERR, $what . "\n");
        exit(1);
    }
}

$verified = 0;
foreach (file($file, FILE_IGNORE_NEW_LINES) as $line) {
    ['path' => $path, 'headers' => $headers, 'body' => $body] = json_decode($line, true);
    $raw = base64_decode($body);
    [$timestamp, $signature] = [$headers['x-recuro-timestamp'], $headers['x-recuro-signature']];
    [$signing, $other] = $path === '/overlap' ? [$current, $old] : [$old, $current];
    must(holds($signing, $timestamp, $raw, $signature), "$path does not verify");
    must(!holds($other, $timestamp, $raw, $signature), "$path verifies with a wrong secret");
    must(!holds($signing, $timestamp, $raw . ' ', $signature), "$path verifies with a tampered body");
    must(!holds($signing, (string) ((int) $timestamp + 1), $raw, $signature), "$path verifies with a wrong time");
    $verified++;
}
echo $verified, "\n";
