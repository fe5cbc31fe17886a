/**
 * What is sent whole and shown masked: which values that is, and what stands in their place.
 *
 * <p>Called by whatever shows jobs, runs and callbacks. Its invariant: it decides without I/O, and what it returns tells
 * nothing of a value but whether it is the same as another one.
 */
@NullMarked
package dev.posthaste.redaction;

import org.jspecify.annotations.NullMarked;
