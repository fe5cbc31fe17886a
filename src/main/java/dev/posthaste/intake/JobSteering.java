package dev.posthaste.intake;

import java.sql.SQLException;

/**
 * What clients do with jobs that they have pushed; each is a transaction of its own. A trigger that is still waiting
 * decides every race: who removes it has cancelled the job, who claims it sends it, and nobody can do both. Thread-safe.
 */
public interface JobSteering {
    /** Cancels whatever of the job's chain is pending. */
    SteeringResult cancel(long teamId, long jobId) throws SQLException;

    /** Changes a job that is still pending. */
    SteeringResult change(long teamId, long jobId, JobChange change) throws SQLException;

    /** Makes a new job of a finished one's request, due at once. */
    SteeringResult replay(long teamId, long jobId) throws SQLException;

    /** Removes the job's whole chain, unless one of it is being sent. */
    SteeringResult delete(long teamId, long jobId) throws SQLException;
}
