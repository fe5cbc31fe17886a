package dev.posthaste.jobs;

import dev.posthaste.redaction.Redaction;
import dev.posthaste.sql.BoundStatement;
import dev.posthaste.sql.NamedSql;
import dev.posthaste.sql.Rows;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The {@code requests} table: rows are written once and never changed. Thread-safe: holds no state. */
public final class RequestDao {
    /** A request with the id that was reserved for it. */
    public record Numbered(long id, TargetRequest request) {}

    /** The columns that {@link #read} reads, of a table called {@code r}. */
    public static final String COLUMNS =
            "r.method, r.url, r.headers, r.body_kind, r.body, r.callback_url, r.timeout_seconds, r.retry_delays, r.redact, r.tags, r.trace_context";

    /** The same without the text of bodies, whatever its size. */
    static final String COLUMNS_WITH_EMPTY_BODIES =
            "r.method, r.url, r.headers, r.body_kind, '' as body, r.callback_url, r.timeout_seconds, r.retry_delays, r.redact, r.tags, r.trace_context";

    /** The same without bodies, whose kinds are not told either. */
    public static final String COLUMNS_WITHOUT_BODIES =
            "r.method, r.url, r.headers, null as body_kind, null as body, r.callback_url, r.timeout_seconds, r.retry_delays, r.redact, r.tags, r.trace_context";

    private static final NamedSql INSERT = NamedSql.of("""
            insert into requests
              (id, method, url, headers, body_kind, body, callback_url, timeout_seconds, retry_delays, redact,
               tags, trace_context)
            select id, method, url, headers, body_kind, body, callback_url, timeout_seconds,
                   retry_delays::integer[], redact, tags::text[], trace_context
              from unnest(:ids, :methods, :urls, :headers, :body_kinds, :bodies, :callback_urls, :timeouts,
                          :retry_delays, :redactions, :tags, :traces) as t
                (id, method, url, headers, body_kind, body, callback_url, timeout_seconds, retry_delays, redact,
                 tags, trace_context)
            """);

    /** Writes the requests, so many bytes by each statement that their copies on the way to the database are bounded. */
    public List<BoundStatement> insertions(Collection<Numbered> requests) {
        return Pieces.of(requests, numbered -> Weight.of(numbered.request())).stream()
                .map(RequestDao::insertion)
                .toList();
    }

    private static BoundStatement insertion(Collection<Numbered> requests) {
        return BoundStatement.effect(
                INSERT,
                values -> values.rows(requests)
                        .longs("ids", Numbered::id)
                        .texts("methods", row -> row.request().method())
                        .texts("urls", row -> row.request().url())
                        .texts("headers", row -> JobText.headers(row.request().headers()))
                        .texts("body_kinds", row -> kind(row.request().body()))
                        .texts("bodies", row -> text(row.request().body()))
                        .texts("callback_urls", row -> row.request().callbackUrl())
                        .ints("timeouts", row -> row.request().timeoutSeconds())
                        .texts(
                                "retry_delays",
                                row -> JobText.intArray(row.request().retryDelays()))
                        .texts("redactions", row -> row.request().redaction().text())
                        .texts("tags", row -> JobText.textArray(row.request().tags()))
                        .texts("traces", row -> trace(row.request().trace())));
    }

    /**
     * The text of a request's body; empty when it has none.
     *
     * @throws SQLException also when there is no such request any more
     */
    public String bodyOf(Connection connection, long id) throws SQLException {
        String sql = "select coalesce(body, '') from requests where id = ?";
        return Rows.first(connection, sql, values -> values.number(id), row -> row.getString(1))
                .orElseThrow(() -> new SQLException("the request " + id + " is not there", "02000"));
    }

    /** Removes a request that no job has any more. */
    public void delete(Connection connection, long id) throws SQLException {
        Rows.update(connection, "delete from requests where id = ?", values -> values.number(id));
    }

    /** Reads a request from a row that was selected with {@link #COLUMNS}. */
    public static TargetRequest read(ResultSet row) throws SQLException {
        Array retryDelays = row.getArray("retry_delays");
        String kind = row.getString("body_kind");
        return new TargetRequest(
                row.getString("method"),
                row.getString("url"),
                JobText.headers(row.getString("headers")),
                kind == null ? null : new RequestBody(RequestBody.Kind.valueOf(kind), row.getString("body")),
                row.getString("callback_url"),
                row.getObject("timeout_seconds", Integer.class),
                retryDelays == null ? null : JobText.ints(retryDelays),
                Redaction.ofText(row.getString("redact")),
                JobText.texts(row.getArray("tags")),
                TraceContext.ofText(row.getString("trace_context")));
    }

    private static @Nullable String trace(@Nullable TraceContext trace) {
        return trace == null ? null : trace.text();
    }

    private static @Nullable String kind(@Nullable RequestBody body) {
        return body == null ? null : body.kind().name();
    }

    private static @Nullable String text(@Nullable RequestBody body) {
        return body == null ? null : body.text();
    }
}
