/**
 * Crons as they are kept: their table, who changes them, and what fires them. When one fires is decided in {@code crons};
 * what it sets off is a job.
 */
@NullMarked
package dev.posthaste.recurring;

import org.jspecify.annotations.NullMarked;
