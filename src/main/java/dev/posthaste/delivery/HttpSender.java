package dev.posthaste.delivery;

/** Sends requests. Thread-safe. */
public interface HttpSender {
    /** Sends and reads the answer; whatever the network does becomes part of the exchange, nothing is thrown. */
    Exchange send(OutboundRequest request);
}
