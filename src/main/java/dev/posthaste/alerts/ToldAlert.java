package dev.posthaste.alerts;

/**
 * An alert in a message.
 *
 * @param added how much of its count the channel has not been told before
 */
record ToldAlert(Alert alert, long added) {}
