package dev.posthaste.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posthaste.postgres.TestDatabase;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RequestSieveIT {
    private final TestDatabase database = TestDatabase.fresh();

    /** The jobs 101 to 105 have the requests 1 to 5, and 106 has that of 101. */
    private static final List<ListSearch.Candidate> ALL = List.of(
            new ListSearch.Candidate(101, 1),
            new ListSearch.Candidate(102, 2),
            new ListSearch.Candidate(103, 3),
            new ListSearch.Candidate(104, 4),
            new ListSearch.Candidate(105, 5),
            new ListSearch.Candidate(106, 1));

    @BeforeAll
    void write() throws Exception {
        database.execute("""
                insert into requests (id, method, url, headers, tags) values
                  (1, 'POST', 'https://One.Example.com/Events?a=1', '{}', '{red,blue}'),
                  (2, 'POST', 'https://two.example.com/stra\u00DFe/\u00C9TAT', '{}', '{blue}'),
                  (3, 'POST', 'https://two.example.com:8443/\u212Aelvin', '{}', null),
                  (4, 'POST', 'http://[2001:DB8::1]/?b', '{}', '{Red}'),
                  (5, 'POST', 'http://three.example.com?two.example.com', '{}', null)
                """);
    }

    @AfterAll
    void close() {
        database.close();
    }

    @Test
    void aPartOfAUrlIsFoundWithoutRegardToCase() throws Exception {
        assertThat(wanted(null, "EVENTS?", null)).containsExactly(101L, 106L);
        assertThat(wanted(null, "example.com", null)).containsExactly(101L, 102L, 103L, 105L, 106L);
        assertThat(wanted(null, "nowhere", null)).isEmpty();
    }

    /** By one rule, whatever the database takes for the small form of a letter. */
    @Test
    void soItIsBeyondAscii() throws Exception {
        assertThat(wanted(null, "\u00E9tat", null)).containsExactly(102L);
        assertThat(wanted(null, "kelvin", null)).containsExactly(103L);
        assertThat(wanted(null, "\u212AELVIN", null)).containsExactly(103L);
        assertThat(wanted(null, "\u00DF", null)).containsExactly(102L);
    }

    @Test
    void aHostIsFoundAsAWhole() throws Exception {
        assertThat(wanted(null, null, "TWO.example.com")).containsExactly(102L, 103L);
        assertThat(wanted(null, null, "example.com")).isEmpty();
        assertThat(wanted(null, null, "2001:db8::1")).containsExactly(104L);
        assertThat(wanted(null, "kelvin", "two.example.com")).containsExactly(103L);
    }

    @Test
    void aTagIsFoundToTheLetterAndBesideAUrl() throws Exception {
        assertThat(wanted("blue", null, null)).containsExactly(101L, 102L, 106L);
        assertThat(wanted("Red", null, null)).containsExactly(104L);
        assertThat(wanted("blue", "two", null)).containsExactly(102L);
    }

    @Test
    void whoLooksForNothingWantsAll() throws Exception {
        assertThat(wanted(null, null, null)).hasSize(ALL.size());
    }

    @Test
    void hostsAreCountedAsOftenAsTheirRequestsAre() throws Exception {
        try (Connection connection = database.dataSource().getConnection()) {
            Map<String, Long> once =
                    Map.of("one.example.com", 1L, "two.example.com", 2L, "2001:db8::1", 1L, "three.example.com", 1L);
            assertThat(new Origins().counts(connection, List.of(1L, 2L, 3L, 4L, 5L)))
                    .isEqualTo(once);
            assertThat(new Origins().counts(connection, List.of(1L, 5L, 1L, 1L)))
                    .isEqualTo(Map.of("one.example.com", 3L, "three.example.com", 1L));
        }
    }

    /** Thousands of them are read at a time. */
    @Test
    void ofAUrlNothingBehindItsHostIsRead() throws Exception {
        assertThat(database.text("select string_agg(" + Origins.ORIGIN + ", ' ' order by r.id) from requests r"))
                .isEqualTo("https://One.Example.com https://two.example.com https://two.example.com:8443"
                        + " http://[2001:DB8::1] http://three.example.com");
    }

    /** A URL has 8 KiB at most, and sixteen calls look through two thousand each. */
    @Test
    void aHundredUrlsAreInMemoryAtATime() throws Exception {
        List<Object> fetchSizes = new ArrayList<>();
        try (Connection connection = database.dataSource().getConnection()) {
            Connection watched = watching(
                    Connection.class,
                    connection,
                    (method, made) -> made instanceof PreparedStatement statement
                            ? watching(PreparedStatement.class, statement, (call, answer) -> answer, fetchSizes)
                            : made,
                    new ArrayList<>());

            new RequestSieve(watched, null, new UrlMatch("example", null)).wanted(ALL);
        }

        assertThat(fetchSizes).containsExactly(100);
    }

    private interface Answer {
        @Nullable
        Object of(Method method, @Nullable Object made);
    }

    /** Does what it does, and notes what its fetch size is set to. */
    private static <T> T watching(Class<T> type, T real, Answer answer, List<Object> fetchSizes) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getName().equals("setFetchSize")) {
                        fetchSizes.add(arguments[0]);
                    }
                    return answer.of(method, method.invoke(real, arguments));
                }));
    }

    private List<Long> wanted(@Nullable String tag, @Nullable String url, @Nullable String host) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            return new RequestSieve(connection, tag, new UrlMatch(url, host))
                    .wanted(ALL).stream().sorted().toList();
        }
    }
}
