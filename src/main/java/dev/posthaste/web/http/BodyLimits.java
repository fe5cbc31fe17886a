package dev.posthaste.web.http;

/**
 * How large the bodies of requests may be, in bytes.
 *
 * @param single of any call but the batch
 * @param batch of a batch
 */
public record BodyLimits(int single, int batch) {}
