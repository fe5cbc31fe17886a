/**
 * One thing done to all chains that a filter finds: operations as they are kept, slice by slice on one node at a time. A slice
 * is one transaction, which does what it says through {@code steering} and moves the operation's row on.
 */
@NullMarked
package dev.posthaste.operations;

import org.jspecify.annotations.NullMarked;
