package dev.posthaste.delivery;

import java.util.List;
import java.util.Map;

/**
 * What an endpoint answered.
 *
 * @param headers those of one name joined by a comma
 * @param retryAfter the values of {@code Retry-After} one by one, because a comma is part of a date
 */
public record Answer(int status, Map<String, String> headers, List<String> retryAfter, ResponseText body) {}
