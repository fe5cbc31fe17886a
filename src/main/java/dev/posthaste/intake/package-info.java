/**
 * From a valid request to a committed job.
 *
 * <p>Called by {@code web}. Its invariant: an acceptance is reported only after the job row and its trigger were
 * committed together.
 */
@NullMarked
package dev.posthaste.intake;

import org.jspecify.annotations.NullMarked;
