/** Where what is sent stands in the traces of those who pushed it, and spans for an OpenTelemetry agent where there is one. */
@NullMarked
package dev.posthaste.tracing;

import org.jspecify.annotations.NullMarked;
