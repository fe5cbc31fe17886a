/**
 * What a user expects of an answer beyond a 2xx: the six types, their text form, and whether they hold.
 *
 * <p>Called by {@code web}, which reads and shows them, and by {@code delivery}, which applies them. Its invariant: what
 * is stored can be read back, and holding an answer against it does no I/O and a bounded amount of work.
 */
@NullMarked
package dev.posthaste.assertions;

import org.jspecify.annotations.NullMarked;
