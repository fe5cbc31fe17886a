/** Quartz as what runs one-shots: its clustered store on PostgreSQL, its scheduler's life, its triggers and threads. */
@NullMarked
package dev.posthaste.quartz;

import org.jspecify.annotations.NullMarked;
