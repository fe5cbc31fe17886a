/**
 * The commands of a terminal: {@code push}, {@code jobs}, {@code job}, {@code queues}, {@code dead-letters}, {@code crons}
 * and {@code tail}. A client of the public API and of nothing else; {@code Main} calls it in place of the server.
 *
 * <p>Its invariant: what came from a server reaches the terminal by {@link SafeText} only, so that no name, URL or answer of
 * somebody else can move a cursor or hide what stands there.
 */
@NullMarked
package dev.posthaste.terminal;

import org.jspecify.annotations.NullMarked;
