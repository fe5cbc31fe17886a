package dev.posthaste.postgres;

/**
 * A migration that this build brings, as its file declares it. One that expands leaves what nodes of older builds can work on;
 * one that contracts takes something away, and says which builds no longer miss it.
 *
 * @param id of its changeset
 * @param number of its file
 * @param needs the lowest level of a build that can work on what it leaves; 0 when it expands
 */
record Migration(String id, int number, int needs) {
    boolean contracts() {
        return needs > 0;
    }
}
