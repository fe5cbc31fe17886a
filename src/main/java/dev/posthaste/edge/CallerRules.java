package dev.posthaste.edge;

import java.time.Duration;

/**
 * What callers are held to before anybody looks at what they say.
 *
 * @param headWithin how long a whole head may take, from its first byte
 * @param maxConnections of the API, if the process has room for so many
 * @param maxOfAddress of those from one address, of IPv6 from one network of 64 bits
 */
public record CallerRules(Duration headWithin, int maxConnections, int maxOfAddress) {}
