/** What a Prometheus scrapes: its page, and what is counted for it. Nothing else knows that library. */
@NullMarked
package dev.posthaste.prometheus;

import org.jspecify.annotations.NullMarked;
