package dev.posthaste.oneshots;

/** The key of a one-shot trigger, at most 200 characters each. */
public record OneShotKey(String group, String name) {}
