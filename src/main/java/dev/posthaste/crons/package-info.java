/**
 * When a cron fires: expressions of five fields, as cron reads them, and their times in a zone.
 *
 * <p>Called by {@code web} and by whatever arms the next fire; knows no database, no HTTP and no clock. Its invariant:
 * an expression that was parsed and scheduled fires again after every instant.
 */
@NullMarked
package dev.posthaste.crons;

import org.jspecify.annotations.NullMarked;
