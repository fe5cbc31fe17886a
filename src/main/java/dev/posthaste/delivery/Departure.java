package dev.posthaste.delivery;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Told, on the exchange's thread, that a request begins to leave; it must neither fail nor take long. */
public interface Departure {
    /**
     * The first octet leaves.
     *
     * @param to null where the connection does not know it any more
     * @param isKept whether the connection has carried another request before
     */
    void leaves(@Nullable SocketAddress to, boolean isKept);
}
