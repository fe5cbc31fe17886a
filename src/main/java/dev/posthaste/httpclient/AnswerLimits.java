package dev.posthaste.httpclient;

/**
 * How much of an answer is taken, in bytes.
 *
 * @param headBytes of status line and header lines, those of interim answers before it included; more is a failure
 * @param bodyBytes of the body are kept; the rest is cut off
 */
public record AnswerLimits(int headBytes, int bodyBytes) {}
