/**
 * Reads JSON text by RFC 8259: the bodies of calls, and the answers that JSONPath looks into. Imports nothing of ours.
 *
 * <p>Its invariant: reading takes time proportional to the text, but for the names of an object, which are sorted; and what
 * is read stays a part of it until asked for.
 */
@NullMarked
package dev.posthaste.json;

import org.jspecify.annotations.NullMarked;
