package dev.posthaste.jobs;

import org.jdbi.v3.core.Jdbi;

/**
 * How many bytes it takes to show a job, to be asked before they are read: a job may be as large as a whole batch. The
 * database knows the lengths without reading the texts. Thread-safe.
 */
public final class JobSize {
    private final Jdbi database;

    /** Every call is a statement of its own. */
    public JobSize(Jdbi database) {
        this.database = database;
    }

    /** The bytes of its request and its runs as they are stored; 0 when the team has no such job. */
    public long of(long teamId, long jobId) {
        return database.withHandle(handle -> handle.createQuery("""
                        select coalesce(octet_length(r.body), 0) + octet_length(r.headers)
                             + (select coalesce(sum(coalesce(octet_length(u.response_body), 0)
                                                  + coalesce(octet_length(u.response_headers), 0)
                                                  + octet_length(u.request_headers)), 0)
                                  from runs u where u.job_id = j.id)
                          from jobs j join requests r on r.id = j.request_id
                         where j.id = :id and j.team_id = :team
                        """)
                .bind("id", jobId)
                .bind("team", teamId)
                .mapTo(Long.class)
                .findOne()
                .orElse(0L));
    }
}
