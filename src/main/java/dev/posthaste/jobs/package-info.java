/**
 * Jobs, their immutable requests, runs and callbacks: records, and the DAOs that own their tables.
 */
@NullMarked
package dev.posthaste.jobs;

import org.jspecify.annotations.NullMarked;
