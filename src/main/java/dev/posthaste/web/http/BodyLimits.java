package dev.posthaste.web.http;

/**
 * How large the bodies of requests may be, in bytes, and how fast they have to come.
 *
 * @param single of any call but the batch
 * @param batch of a batch
 * @param perSecond at least, in bytes; answers have to be taken as fast
 */
public record BodyLimits(int single, int batch, long perSecond) {}
