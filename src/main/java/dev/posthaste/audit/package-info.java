/**
 * Who changed what, when and from where: everything but pushing and reading.
 *
 * <p>Called by whoever changes something, in the transaction that changes it. Its invariant: what happened is told once it
 * is committed, what did not is never told, and no secret and no value of a header or body is.
 */
@NullMarked
package dev.posthaste.audit;

import org.jspecify.annotations.NullMarked;
