package dev.posthaste.alerts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of alerts, newest first.
 *
 * @param nextBefore the next page has those with smaller ids; null behind the last one. One that looked at as many as it
 *     may comes back short, or empty, and still has one behind it
 */
public record AlertPage(List<Alert> alerts, @Nullable Long nextBefore) {}
