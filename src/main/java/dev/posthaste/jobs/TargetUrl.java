package dev.posthaste.jobs;

/** Placeholder, being written. */
final class TargetUrl {
    private TargetUrl() {}
}
