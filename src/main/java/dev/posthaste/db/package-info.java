/**
 * The database: an embedded or a given PostgreSQL, its connection pools and its migrations. Imports nothing of ours.
 */
@NullMarked
package dev.posthaste.db;

import org.jspecify.annotations.NullMarked;
