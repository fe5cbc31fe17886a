/** A PostgreSQL, embedded or given: its life, its connection pools and its tables' migrations. Imports nothing of ours. */
@NullMarked
package dev.posthaste.postgres;

import org.jspecify.annotations.NullMarked;
