/** What has happened over time, by queue and team: how much, how late and how long it took. */
@NullMarked
package dev.posthaste.stats;

import org.jspecify.annotations.NullMarked;
