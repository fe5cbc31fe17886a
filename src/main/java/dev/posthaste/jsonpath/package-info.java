/**
 * JSONPath as RFC 9535 defines it: parsed strictly, evaluated within a bound on the work.
 *
 * <p>Called by {@code assertions}, and by {@code web} to check a path; imports {@code json} only. Its invariant:
 * whatever the path and the document are, an evaluation ends soon, with nodes that know how they were spelt.
 */
@NullMarked
package dev.posthaste.jsonpath;

import org.jspecify.annotations.NullMarked;
