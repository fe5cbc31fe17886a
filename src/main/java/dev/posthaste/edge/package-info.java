/**
 * The edge of the HTTP servers, the API's and the admin port's: what holds for a connection and for a request's head before
 * anybody looks at what is asked for. Imports nothing of ours.
 *
 * <p>Used by the wiring. Its invariant: who has not sent a whole head holds a bounded part of the process for a bounded
 * time.
 */
@NullMarked
package dev.posthaste.edge;

import org.jspecify.annotations.NullMarked;
