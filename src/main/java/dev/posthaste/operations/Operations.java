package dev.posthaste.operations;

import dev.posthaste.audit.Actor;
import dev.posthaste.audit.AuditAction;
import dev.posthaste.audit.AuditEntry;
import dev.posthaste.audit.AuditLog;
import dev.posthaste.audit.Thing;
import dev.posthaste.jobs.ChainSearch;
import dev.posthaste.queues.QueueDao;
import dev.posthaste.queues.QueueName;
import dev.posthaste.sql.OnConflict;
import dev.posthaste.steering.SteerChains;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** What clients do with operations: asking for one, looking, and stopping it. Each is a transaction of its own. Thread-safe. */
public final class Operations {
    /** So many of a team may run at once. */
    public static final int MAX_RUNNING = 10;

    private static final long NO_QUEUE = 0;

    private final Jdbi database;
    private final OperationDao operations = new OperationDao();
    private final QueueDao queues;
    private final ChainSearch search;
    private final OperationRunner runner;
    private final AuditLog audit = new AuditLog();

    /** @param steering what does to chains what operations say */
    public Operations(Jdbi database, QueueDao queues, ChainSearch search, SteerChains steering) {
        this.database = database;
        this.queues = queues;
        this.search = search;
        this.runner = new OperationRunner(database, new OperationSlice(search, steering));
    }

    /** What does them; it does nothing before it is started. */
    public OperationRunner runner() {
        return runner;
    }

    /** What became of a wish about an operation. */
    public sealed interface Result {
        /** It is running, or has been stopped. */
        record Done(Operation operation) implements Result {}

        /** The team has no such operation, or is itself no more. */
        record NotThere() implements Result {}

        /** Not allowed; a sentence says why. */
        record NotAllowed(String why) implements Result {}
    }

    /** Begins one. What its filter means is fixed here: jobs that are accepted later are not meant. */
    public Result start(long teamId, NewOperation wanted, Actor actor) throws SQLException {
        Result result = OnConflict.repeat(() -> database.inTransaction(handle -> {
            Connection connection = handle.getConnection();
            if (!operations.holdTeam(connection, teamId)) {
                return new Result.NotThere();
            }
            if (operations.running(connection, teamId) >= MAX_RUNNING) {
                return new Result.NotAllowed(
                        MAX_RUNNING + " operations are running; wait for one of them, or stop it.");
            }
            Operation started = operations.insert(
                    connection,
                    teamId,
                    wanted,
                    queueId(connection, teamId, wanted.filter().queue()),
                    search.newest(connection),
                    actor);
            if (!started.isDryRun()) {
                audit.write(
                        handle,
                        AuditEntry.of(teamId, actor, AuditAction.OPERATION_START, thing(started))
                                .changing(List.copyOf(
                                        FilterText.named(started.filter()).keySet())));
            }
            return new Result.Done(started);
        }));
        runner.soon();
        return result;
    }

    private @Nullable Long queueId(Connection connection, long teamId, @Nullable String queue) throws SQLException {
        if (queue == null) {
            return null;
        }
        QueueName name = new QueueName(teamId, queue);
        return queues.idsOf(connection, List.of(name)).getOrDefault(name, NO_QUEUE);
    }

    /** One of them; empty when the team has none with that id. */
    public Optional<Operation> find(long teamId, long id) throws SQLException {
        return database.withHandle(handle -> operations.find(handle.getConnection(), teamId, id));
    }

    /** Those with a smaller id than {@code before}, newest first. */
    public List<Operation> list(long teamId, long before, int max) throws SQLException {
        return database.withHandle(handle -> operations.list(handle.getConnection(), teamId, before, max));
    }

    /** Stops one: the slice that is being done is the last. */
    public Result stop(long teamId, long id, Actor actor) throws SQLException {
        return OnConflict.repeat(() -> database.inTransaction(handle -> {
            boolean isStopped = operations.stop(handle.getConnection(), teamId, id);
            Operation operation =
                    operations.find(handle.getConnection(), teamId, id).orElse(null);
            if (operation == null) {
                return new Result.NotThere();
            }
            if (!isStopped) {
                return new Result.NotAllowed("The operation is "
                        + operation.status().contractName() + "; only a running one can be stopped.");
            }
            if (!operation.isDryRun()) {
                audit.write(
                        handle,
                        AuditEntry.of(teamId, actor, AuditAction.OPERATION_STOP, thing(operation))
                                .of(operation.done()));
            }
            return new Result.Done(operation);
        }));
    }

    /** As the audit calls it. */
    public static Thing thing(Operation operation) {
        return Thing.operation(operation.id(), operation.action().contractName());
    }
}
