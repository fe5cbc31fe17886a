/**
 * What a trigger sets off: build the request, send it, read the answer, hold it against the queue's
 * assertions, conclude.
 *
 * <p>Called by {@code quartz} through its port. Its invariants: no database connection is held while HTTP is in flight,
 * and everything that follows from an outcome is committed in one transaction.
 */
@NullMarked
package dev.posthaste.delivery;

import org.jspecify.annotations.NullMarked;
