package dev.posthaste.recurring;

import dev.posthaste.jobs.JobDao;
import dev.posthaste.jobs.RequestDao;
import dev.posthaste.jobs.TargetRequest;
import dev.posthaste.sql.BoundStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * What crons send: each request is kept once and never changed, for as long as its cron sends it or an execution shows it. In
 * the caller's transactions. Thread-safe: holds no state.
 */
final class CronRequests {
    private final JobDao ids;
    private final RequestDao requests;
    private final ReplacedRequestDao replaced;

    CronRequests(JobDao ids, RequestDao requests, ReplacedRequestDao replaced) {
        this.ids = ids;
        this.requests = requests;
        this.replaced = replaced;
    }

    /** Keeps one; its id. */
    long insert(Connection connection, TargetRequest request) throws SQLException {
        long id = ids.reserve(connection, 0, 1).requestIds().get(0);
        BoundStatement.executeAll(connection, requests.insertions(List.of(new RequestDao.Numbered(id, request))));
        return id;
    }

    /** Keeps one in the place of what a cron that the transaction holds has sent so far; its id. */
    long replace(Connection connection, long cronId, long requestId, TargetRequest request) throws SQLException {
        replaced.add(connection, cronId, requestId);
        return insert(connection, request);
    }
}
