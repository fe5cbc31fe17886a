/**
 * One-shots on PostgreSQL: kept, claimed by many nodes, handed over when they are due, given back, taken over from the dead.
 * Knows nothing of HTTP, jobs or queues beyond groups, and nothing of what schedules its threads.
 */
@NullMarked
package dev.posthaste.oneshots;

import org.jspecify.annotations.NullMarked;
