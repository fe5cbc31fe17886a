package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.posthaste.system.RecordingReceiver.Arrival;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever is sent for a team that has a secret is signed with it, as the contract says under "What the server sends". */
interface SigningScenarios extends Scenarios {
    @Test
    default void attemptsAreSignedUnderOneIdAndEachReportUnderItsOwn() throws Exception {
        receiver().script("/signed", RecordingReceiver.statuses(500, 200));

        Sent sent = send(to("/signed").with("retry_delays", "[1]").json("{\"ä\": \"😀\"}"));

        sent.awaitStates("1 failed success", "2 completed success");
        assertThat(awaitArrivals("/signed", 2))
                .allSatisfy(attempt -> Signatures.assertSigned(attempt, stage().secret()))
                .extracting(attempt -> attempt.header("webhook-id"))
                .containsOnly("job_" + sent.id());
        assertReported(sent, 1, "retrying", false);
        assertReported(sent, 2, "success", true);
        List<Arrival> reports = new ArrayList<>(reportsOf(sent.idOf(1)));
        reports.addAll(reportsOf(sent.idOf(2)));
        assertThat(reports)
                .allSatisfy(report -> Signatures.assertSigned(report, stage().secret()))
                .extracting(report -> report.header("webhook-id"))
                .containsExactly(
                        "cb_" + sent.callback(1).get("id").asText(),
                        "cb_" + sent.callback(2).get("id").asText());
        assertThat(sent.run(1).at("/request_headers/webhook-id").asText()).isEqualTo("job_" + sent.id());
    }

    @Test
    default void requestsWithoutABodyAndLargeOnesAreSigned() throws Exception {
        send(to("/signed-empty").with("method", "'GET'"));
        send(to("/signed-large").text("ä€".repeat(100_000)));

        assertThat(awaitArrivals("/signed-empty", 1))
                .allSatisfy(arrival -> Signatures.assertSigned(arrival, stage().secret()));
        assertThat(awaitArrivals("/signed-large", 1))
                .allSatisfy(arrival -> Signatures.assertSigned(arrival, stage().secret()));
    }

    @Test
    default void duringAnOverlapBothSecretsSignTheNewOneFirst() throws Exception {
        Api team = stage().server().apiOfTeam("rotating");
        JsonNode first = Stage.rotate(team, "{}");
        JsonNode second = Stage.rotate(team, "{\"overlap_hours\": 1}");

        send(team, to("/both").json("[1]"));

        Arrival arrival = awaitArrivals("/both", 1).get(0);
        assertThat(List.of(arrival.header("webhook-signature").split(" ")))
                .containsExactly(
                        Signatures.standard(arrival, Signatures.secret(second)),
                        Signatures.standard(arrival, Signatures.secret(first)));
        assertThat(arrival.header("X-Recuro-Signature"))
                .isEqualTo(Signatures.recuro(arrival, Signatures.secret(second)));
        JsonNode list = Api.json(team.get("/api/signing-secrets")).get("data");
        assertThat(list).hasSize(2);
        assertThat(list.toString()).doesNotContain("whsec_", "\"secret\"");
        assertThat(list.get(0).get("ends_at").isNull()).isTrue();
        assertThat(Instant.parse(list.get(1).get("ends_at").asText()))
                .isBetween(Instant.now().plusSeconds(3_000), Instant.now().plusSeconds(4_200));
    }

    @Test
    default void receiversOfAPublicKeyHoldNoSecret() throws Exception {
        Api team = stage().server().apiOfTeam("public");
        JsonNode made = Stage.rotate(team, "{\"algorithm\": \"ed25519\"}");
        assertThat(made.has("secret")).isFalse();
        JsonNode keys = Api.json(team.get("/api/signing-keys")).get("data");
        assertThat(keys).hasSize(1);
        assertThat(keys.get(0).get("public_key")).isEqualTo(made.get("public_key"));

        Sent sent = send(
                team,
                to("/public")
                        .with("callback_url", Order.quoted(receiver().url("/public-callback")))
                        .json("{}"));

        sent.awaitStates("1 completed success");
        for (String path : List.of("/public", "/public-callback")) {
            Arrival arrival = awaitArrivals(path, 1).get(0);
            Signatures.assertSigned(arrival, made.get("public_key").asText());
            assertThat(arrival.hasHeader("X-Recuro-Signature")).isFalse();
        }
    }
}
