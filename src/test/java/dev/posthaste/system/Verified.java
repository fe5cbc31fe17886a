package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What servers say of whether all that they keep goes together. */
public final class Verified {
    /** As a server says it of each kind of finding. */
    public static final String NOTHING = "0 jobs, 0 callbacks, 0 triggers, 0 crons, 0 gates, 0 counts, 0 claims";

    private Verified() {}

    /** What a server has just found, and what it has found since its start, in its own words. */
    public static String byAdminPort(int adminPort) {
        Api admin = new Api(adminPort, ServerProcess.TOKEN);
        String[] answer = new String[1];
        // One node at a time verifies, and each does now and then; and a pool may have a session that was ended.
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            answer[0] = admin.post("/tasks/verify", "").body().strip();
            return answer[0].startsWith("Mended ") && !answer[0].contains("not verified");
        });
        return answer[0];
    }

    /** At the end of a test: neither now nor since its start has any of the servers had anything to mend. */
    static void assertNothingToMend(List<ServerProcess> servers) {
        for (ServerProcess server : servers) {
            assertThat(byAdminPort(server.adminPort()))
                    .isEqualTo("Mended " + NOTHING + "; since this node started " + NOTHING + ".");
            for (Map.Entry<String, JsonNode> gauge : gauges(server).properties()) {
                if (gauge.getKey().startsWith("posthaste.repairs.")) {
                    assertThat(gauge.getValue().get("value").asLong())
                            .as(gauge.getKey())
                            .isZero();
                }
            }
        }
    }

    private static JsonNode gauges(ServerProcess server) {
        return Api.json(new Api(server.adminPort(), ServerProcess.TOKEN).get("/metrics"))
                .get("gauges");
    }
}
