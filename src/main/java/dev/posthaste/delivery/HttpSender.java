package dev.posthaste.delivery;

/** Sends requests. Thread-safe. */
public interface HttpSender {
    /**
     * Sends and reads the answer; whatever the network does becomes part of the exchange.
     *
     * @throws UnsentException when the request could not be tried for want of a resource of ours
     * @throws RuntimeException what {@link OutboundRequest#lastLook} has thrown; nothing else, once anything may have left
     */
    Exchange send(OutboundRequest request);
}
