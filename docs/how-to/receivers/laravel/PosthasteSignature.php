<?php

namespace App;

/** Says whether a request comes from Posthaste, by Standard Webhooks. Needs nothing but PHP 8. */
final class PosthasteSignature
{
    private const TOLERANCE_SECONDS = 300;

    /** @param string $secret whsec_… */
    public function __construct(private readonly string $secret)
    {
    }

    /** @param string $body the bytes as they came, before anything has parsed them */
    public function holds(?string $id, ?string $timestamp, ?string $signatures, string $body): bool
    {
        $key = base64_decode(preg_replace('/^whsec_/', '', $this->secret), true);
        if ($key === false || $key === '' || !$id || !$signatures || !preg_match('/^[0-9]{1,12}$/D', (string) $timestamp)) {
            return false;
        }
        if (abs(time() - (int) $timestamp) > self::TOLERANCE_SECONDS) {
            return false;
        }
        $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
        // One entry for each secret, while two sign.
        foreach (explode(' ', $signatures) as $signature) {
            if (hash_equals($expected, $signature)) {
                return true;
            }
        }
        return false;
    }
}
