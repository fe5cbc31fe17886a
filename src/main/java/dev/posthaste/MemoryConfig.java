package dev.posthaste;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.posthaste.memory.ByteBudget;
import io.dropwizard.validation.ValidationMethod;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/**
 * The {@code memory} part of the configuration, in percent of the Java heap; {@code docs/operations.md} explains each
 * setting.
 */
public final class MemoryConfig {
    private static final int MAX_TOGETHER = 80;

    @JsonProperty
    @Min(1)
    @Max(60)
    private int inFlight = 20;

    @JsonProperty
    @Min(1)
    @Max(60)
    private int answers = 15;

    @JsonProperty
    @Min(1)
    @Max(60)
    private int intake = 20;

    @JsonProperty
    @Min(1)
    @Max(60)
    private int reading = 10;

    /** The bodies of what is being sent, in characters: Java may keep each in two bytes. The scheduler counts them. */
    public long inFlight() {
        return Runtime.getRuntime().maxMemory() / 100 * inFlight / 2;
    }

    /** What receivers have answered and is not recorded yet. */
    public ByteBudget answers() {
        return ByteBudget.ofHeap("answers", answers);
    }

    /** What clients push, from its arrival to its commit. */
    public ByteBudget intake() {
        return ByteBudget.ofHeap("intake", intake);
    }

    /** What clients read, from the database to their connection. */
    public ByteBudget reading() {
        return ByteBudget.ofHeap("reading", reading);
    }

    /** Something has to be left for everything else. */
    @ValidationMethod(message = "memory: the shares must not be more than 80 percent of the heap together")
    public boolean isEnoughLeft() {
        return inFlight + answers + intake + reading <= MAX_TOGETHER;
    }
}
