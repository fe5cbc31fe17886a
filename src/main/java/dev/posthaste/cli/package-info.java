/**
 * The commands of the jar besides {@code server}: check, db migrate, team, token and receive.
 */
@NullMarked
package dev.posthaste.cli;

import org.jspecify.annotations.NullMarked;
