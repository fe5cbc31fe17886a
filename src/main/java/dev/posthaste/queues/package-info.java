/**
 * Queues and their settings: records, and the DAO that owns their table.
 */
@NullMarked
package dev.posthaste.queues;

import org.jspecify.annotations.NullMarked;
