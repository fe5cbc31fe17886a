/**
 * What an operator sees and what keeps the house: health checks, admin tasks, metrics and retention.
 */
@NullMarked
package dev.posthaste.ops;

import org.jspecify.annotations.NullMarked;
