package dev.posthaste.assertions;

/**
 * The body of an answer.
 *
 * @param text what is kept of it; bytes that are no UTF-8 are replaced
 * @param isUtf8 whether nothing had to be replaced
 * @param isCutOff whether more came than is kept
 */
public record ObservedBody(String text, boolean isUtf8, boolean isCutOff) {}
