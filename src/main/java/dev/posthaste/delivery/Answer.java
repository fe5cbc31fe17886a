package dev.posthaste.delivery;

import java.util.Map;

/** What an endpoint answered. The values of a repeated header are joined by a comma. */
public record Answer(int status, Map<String, String> headers, ResponseText body) {}
