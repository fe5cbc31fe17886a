package dev.posthaste.audit;

import dev.posthaste.sql.Rows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Lists what was done: to a team's things, and to what concerns every team. Thread-safe. */
public final class AuditReader {
    private static final String PAGE = """
            (select * from audit where %s and id < :before %s order by id desc limit :limit)
            """;

    private final Jdbi database;

    /** Every call is a statement of its own. */
    public AuditReader(Jdbi database) {
        this.database = database;
    }

    /**
     * What was done, as it is kept.
     *
     * @param action one of {@link AuditAction}, or of a later build's
     */
    public record Recorded(
            long id,
            Instant at,
            Actor actor,
            String action,
            Thing thing,
            List<String> fields,
            @Nullable Long count) {}

    /**
     * Entries with a smaller id than {@code before}, newest first.
     *
     * @param actor the name of who it was, null for anybody
     * @param action what was done, null for anything
     */
    public List<Recorded> list(
            long teamId, @Nullable String actor, @Nullable AuditAction action, long before, int limit) {
        String filters = (actor == null ? "" : " and actor = :actor") + (action == null ? "" : " and action = :action");
        String sql = "select * from (" + PAGE.formatted("team_id = :team", filters) + " union all "
                + PAGE.formatted("team_id is null", filters) + ") a order by id desc limit :limit";
        return database.withHandle(handle -> {
            Query query = handle.createQuery(sql)
                    .bind("team", teamId)
                    .bind("before", before)
                    .bind("limit", limit);
            if (actor != null) {
                query.bind("actor", actor);
            }
            if (action != null) {
                query.bind("action", action.contractName());
            }
            return query.map((row, context) -> read(row)).list();
        });
    }

    private static Recorded read(ResultSet row) throws SQLException {
        String fields = row.getString("fields");
        return new Recorded(
                row.getLong("id"),
                Rows.instant(row, "at"),
                new Actor(row.getObject("token_id", Long.class), row.getString("actor"), row.getString("address")),
                row.getString("action"),
                new Thing(
                        row.getString("thing_type"),
                        row.getObject("thing_id", Long.class),
                        row.getString("thing_name")),
                fields == null ? List.of() : List.of(fields.split(",", -1)),
                row.getObject("count", Long.class));
    }
}
