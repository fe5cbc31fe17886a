/**
 * Pure decisions: what follows from the outcome of an attempt. No I/O, no clock, nothing but the records of {@code jobs}.
 */
@NullMarked
package dev.posthaste.lifecycle;

import org.jspecify.annotations.NullMarked;
