package dev.posthaste.teams;

/** What somebody has shown in place of a token, and what it is. */
public sealed interface Shown<T> {
    /** It is good. */
    record Good<T>(T value) implements Shown<T> {}

    /** It was good, and has ended or was used: whoever has it does not guess. */
    record Over<T>() implements Shown<T> {}

    /** There is no such one. */
    record Unknown<T>() implements Shown<T> {}
}
