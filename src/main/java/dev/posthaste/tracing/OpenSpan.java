package dev.posthaste.tracing;

import dev.posthaste.jobs.TraceContext;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is being sent, as a span of a trace. Used by one thread at a time. */
public interface OpenSpan {
    /** What the request says of where it comes from; null when nobody follows it. */
    @Nullable
    TraceContext sentFrom();

    /** Does that as what the span is about: what an agent notes on the way belongs to it. */
    <T> T around(Supplier<T> sending);

    /**
     * The exchange has ended.
     *
     * @param status what was answered, null when nothing was
     * @param failure the reason as the contract spells it, null for none
     */
    void ended(@Nullable Integer status, @Nullable String failure);
}
