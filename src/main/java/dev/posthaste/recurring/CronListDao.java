package dev.posthaste.recurring;

import dev.posthaste.jobs.RequestDao;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Rows;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The list of a team's crons, out of the rows of {@code crons}. The connection is the caller's. Thread-safe: holds no state. */
final class CronListDao {
    /** So many rows a page with a filter looks at. */
    private static final int LOOKED_AT = 2_000;

    private static final NamedSql LIST =
            NamedSql.of("""
            select %s, %s
              from crons c
              join requests r on r.id = c.request_id
              left join queues q on q.id = c.queue_id
             where c.team_id = :team and c.removed_at is null and c.id + 0 < :before and c.id + 0 >= :from
               and (:is_active::boolean is null or c.is_active = :is_active::boolean)
               and (:name::text is null or strpos(lower(c.name), lower(:name)) > 0)
               and (:url::text is null or strpos(lower(r.url), lower(:url)) > 0)
               and (:tag::text is null or :tag = any (r.tags))
             order by c.id + 0 desc
             limit :limit
            """.formatted(CronSettingsDao.COLUMNS, RequestDao.COLUMNS_WITHOUT_BODIES));

    /**
     * Crons of a team with a smaller id than {@code before}, newest first, without bodies. No index helps a filter, so that a
     * page looks at a bounded number of rows and may come back short.
     */
    CronPage list(Connection connection, long teamId, CronFilter filter, long before, int limit) throws SQLException {
        Looked looked = filter.isAny() ? Looked.AT_NONE : lookedAt(connection, teamId, before);
        NamedSql.Binding binding = values -> values.number("team", teamId)
                .number("before", before)
                .number("from", looked.last())
                .text(
                        "is_active",
                        filter.isActive() == null ? null : filter.isActive().toString())
                .text("name", filter.name())
                .text("url", filter.url())
                .text("tag", filter.tag())
                .integer("limit", limit + 1);
        List<Cron> found = Rows.list(connection, LIST.text(), LIST.binding(binding), CronSettingsDao::read);
        return found.size() > limit
                ? new CronPage(found.subList(0, limit), found.get(limit - 1).id())
                : new CronPage(found, looked.rows() == LOOKED_AT ? (Long) looked.last() : null);
    }

    /**
     * What a page looks at.
     *
     * @param last the smallest id among it
     */
    private record Looked(long last, int rows) {
        /** Without a filter there is nothing to look for. */
        static final Looked AT_NONE = new Looked(0, 0);
    }

    private static Looked lookedAt(Connection connection, long teamId, long before) throws SQLException {
        String sql = """
                select coalesce(min(id), 0), count(*) from (
                  select id from crons c
                   where c.team_id = ? and c.removed_at is null and c.id + 0 < ?
                   order by c.id + 0 desc
                   limit ?) looked
                """;
        return Rows.one(
                connection,
                sql,
                values -> values.number(teamId).number(before).integer(LOOKED_AT),
                row -> new Looked(row.getLong(1), row.getInt(2)));
    }
}
