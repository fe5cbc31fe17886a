package dev.posthaste.terminal;

/** How it is told what was pushed. */
enum Pushed {
    SENTENCES,
    IDS,
    JSON
}
