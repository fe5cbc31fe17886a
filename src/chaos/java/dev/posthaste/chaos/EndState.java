package dev.posthaste.chaos;

import java.util.List;

/**
 * What the database has when all has been healed and nothing should be waiting any more.
 *
 * @param keys idempotency keys
 * @param counters what each node tells that has happened
 * @param leftovers what there should not be, each in a sentence
 */
record EndState(
        List<JobRow> jobs,
        List<RunRow> runs,
        List<CallbackRow> callbacks,
        List<CronRow> crons,
        long keys,
        List<Counters> counters,
        List<String> leftovers) {}
