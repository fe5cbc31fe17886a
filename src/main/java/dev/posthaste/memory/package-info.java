/**
 * How many bytes of the heap each kind of work may hold at the same time. Imports nothing of ours.
 *
 * <p>Used by whatever takes into memory what others decide the size of. Its invariant: what is taken is given back once.
 */
@NullMarked
package dev.posthaste.memory;

import org.jspecify.annotations.NullMarked;
