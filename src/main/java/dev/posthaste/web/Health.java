package dev.posthaste.web;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * How the node is that answers calls.
 *
 * @param works whether it can accept and send; may cost a statement
 * @param lives whether it is of any use to go on with this process; costs nothing
 * @param isPaused whether it takes calls and leaves what is due to others; costs nothing
 * @param obstacles why no calls should come to it, none when they should; costs nothing
 */
public record Health(
        BooleanSupplier works, BooleanSupplier lives, BooleanSupplier isPaused, Supplier<List<String>> obstacles) {}
