package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** What has come of an {@link Order}, as a client sees it: a job, or the execution of a cron. Attempts count from 1. */
interface Sent {
    Pattern RESOLVED = Pattern.compile("(success|failed_no_retries|dead_lettered|cancelled)$");

    Order order();

    /** The same as another server shows it. */
    Sent seenBy(Api other);

    /** Of the first attempt. */
    long id();

    /** How its events begin: job or cron. */
    String kind();

    @Nullable
    Long cronId();

    /** Null where it waits in no queue. */
    @Nullable
    Long queueId();

    @Nullable
    String queue();

    /** The headers of its requests that say what it is, as a receiver names them. */
    Map<String, String> ownHeaders();

    /** Its attempts, as the API shows them under {@code chain}. */
    List<JsonNode> chain();

    List<JsonNode> runsOf(long attemptId);

    List<JsonNode> callbacksOf(long attemptId);

    /** What its own kind shows beside all this says the same. */
    void assertWhole();

    default long idOf(int attempt) {
        return chain().get(attempt - 1).get("id").asLong();
    }

    /** The last run of an attempt. */
    default JsonNode run(int attempt) {
        List<JsonNode> runs = runsOf(idOf(attempt));
        return runs.get(runs.size() - 1);
    }

    /** Missing until there is one. */
    default JsonNode callback(int attempt) {
        List<JsonNode> callbacks = callbacksOf(idOf(attempt));
        return callbacks.isEmpty() ? Api.json("{}") : callbacks.get(0);
    }

    /** Attempt number, status and final status of every attempt. */
    default List<String> states() {
        return chain().stream()
                .map(link -> link.get("attempt_number").asText() + " "
                        + link.get("status").asText() + " "
                        + link.get("final_status").asText())
                .toList();
    }

    /** Does not go on waiting when the chain has ended otherwise: its first attempt has the chain's final status then. */
    default void awaitStates(String... states) {
        List<String> wanted = List.of(states);
        List<String> seen = await("states of " + kind() + " " + id())
                .atMost(Scenarios.SOON)
                .until(
                        this::states,
                        now -> now.equals(wanted)
                                || RESOLVED.matcher(now.get(0)).find());
        assertThat(seen).isEqualTo(wanted);
    }

    static List<JsonNode> list(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }
}
