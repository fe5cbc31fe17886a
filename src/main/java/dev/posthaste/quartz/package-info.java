/**
 * Quartz on PostgreSQL: the clustered job store, the one-shot trigger, the scheduler's lifecycle.
 *
 * <p>Knows nothing of HTTP, jobs or queues beyond trigger groups; imports nothing of ours.
 */
@NullMarked
package dev.posthaste.quartz;

import org.jspecify.annotations.NullMarked;
