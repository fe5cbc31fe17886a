/**
 * What users are told without asking: that a cron or a queue's jobs fail, and that a cron has recovered.
 *
 * <p>Written by whoever records an end, in the transaction that records it ({@link dev.posthaste.alerts.Crossings}). Its
 * invariants: each crossing is counted once, over all nodes; what is counted is told once on each channel; and a channel
 * hears of one queue or cron once a minute at most. Sending is {@code delivery}'s.
 */
@NullMarked
package dev.posthaste.alerts;

import org.jspecify.annotations.NullMarked;
