package dev.posthaste.jobs;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of dead letters, newest first.
 *
 * @param nextBefore the next page has those with a smaller id; null behind the last page
 */
public record DeadLetterPage(
        List<DeadLetter> deadLetters, @Nullable Long nextBefore) {}
