package dev.posthaste.oneshots;

/**
 * How a firing goes back to those that wait.
 *
 * @param notBefore when it is to fire again, in milliseconds since 1970 by the database's clock
 * @param unsent whether nothing has come of it: then its gate has let nothing through, and lets another one
 */
record Return(long notBefore, boolean unsent) {
    /** Nothing has come of it, and it may fire at once. */
    static final Return AT_ONCE = new Return(0, true);
}
