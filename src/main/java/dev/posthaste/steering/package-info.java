/** What changes jobs that were pushed: cancelling, changing, replaying, removing, one by one and as dead letters. */
@NullMarked
package dev.posthaste.steering;

import org.jspecify.annotations.NullMarked;
