package dev.posthaste.delivery;

import org.jspecify.annotations.Nullable;

/** The part of a response body that is kept, as text. */
public record ResponseText(String text, @Nullable String encoding, boolean truncated) {}
