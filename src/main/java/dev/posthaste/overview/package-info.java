/**
 * What a team sees at a glance: how much comes and goes, what waits, what has failed, which nodes there are. Reads what others
 * keep, at a cost that does not depend on how many jobs there are. Called by {@code web}.
 */
@NullMarked
package dev.posthaste.overview;

import org.jspecify.annotations.NullMarked;
