package dev.posthaste.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.dropwizard.testing.ConfigOverride;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who guesses tokens is slowed down, and nobody else is. */
class GuessingIT {
    private static final String JOB = "{\"queue\": \"q\", \"url\": \"http://example.com/\", \"delay\": 86400}";

    private ServerInside server;

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void afterSoManyFailuresAnAddressIsAskedToWaitWithoutALookUp() throws Exception {
        start(3);
        for (int i = 0; i < 3; i++) {
            assertThat(call("203.0.113.9", "wrong-token-012345678" + i).statusCode())
                    .isEqualTo(401);
        }
        server.database().execute("alter table api_tokens rename to away");

        HttpResponse<String> refused = call("203.0.113.9", "wrong-token-0123456789");

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(Api.json(refused).get("error").asText()).contains("Too many authentications from this address");
        assertThat(Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(1, 60);
    }

    @Test
    void tokensThatWereValidLatelyGoOnFromThere() {
        start(3);
        assertThat(call("203.0.113.9", ServerProcess.TOKEN).statusCode()).isEqualTo(200);
        exhaust("203.0.113.9");

        assertThat(call("203.0.113.9", ServerProcess.TOKEN).statusCode()).isEqualTo(200);
        assertThat(push("203.0.113.9", ServerProcess.TOKEN).statusCode()).isEqualTo(201);
        assertThat(call("203.0.113.9", "wrong-token-0123456789").statusCode()).isEqualTo(429);
    }

    @Test
    void anotherAddressIsAnotherCallerAndASubnetOfVersion6IsOne() {
        start(3);
        exhaust("203.0.113.9");
        exhaust("2001:db8::1");

        assertThat(call("203.0.113.10", "wrong-token-0123456789").statusCode()).isEqualTo(401);
        assertThat(call("2001:db8::2", "wrong-token-0123456789").statusCode()).isEqualTo(429);
        assertThat(call("2001:db8:0:1::1", "wrong-token-0123456789").statusCode())
                .isEqualTo(401);
    }

    @Test
    void misspeltTokensCountAndCallsWithoutOneDoNot() {
        start(3);
        for (int i = 0; i < 10; i++) {
            Api api = new Api(server.port(), "x");
            assertThat(api.send(java.net.http.HttpRequest.newBuilder(
                                            java.net.URI.create("http://127.0.0.1:" + server.port() + "/api/me"))
                                    .header("X-Forwarded-For", "203.0.113.9"))
                            .statusCode())
                    .isEqualTo(401);
        }
        for (int i = 0; i < 3; i++) {
            assertThat(call("203.0.113.9", "pht_" + "A".repeat(49)).statusCode())
                    .isEqualTo(401);
        }

        assertThat(call("203.0.113.9", "pht_" + "A".repeat(49)).statusCode()).isEqualTo(429);
        assertThat(push("203.0.113.9", "wrong-token-0123456789").statusCode()).isEqualTo(429);
    }

    @Test
    void zeroIsOff() {
        start(0);
        for (int i = 0; i < 50; i++) {
            assertThat(call("203.0.113.9", "wrong-token-0123456789").statusCode())
                    .isEqualTo(401);
        }
    }

    /** What a client writes of itself says nothing, unless the server stands behind a proxy. */
    @Test
    void withoutForwardedHeadersTheConnectionsAddressCounts() throws Exception {
        server = new ServerInside(ConfigOverride.config("failedAuthenticationsPerMinute", "3"));
        for (int i = 0; i < 3; i++) {
            assertThat(call("203.0.113." + i, "wrong-token-0123456789").statusCode())
                    .isEqualTo(401);
        }

        assertThat(call("203.0.113.9", "wrong-token-0123456789").statusCode()).isEqualTo(429);
    }

    private void start(int max) {
        try {
            server = new ServerInside(
                    ConfigOverride.config("failedAuthenticationsPerMinute", String.valueOf(max)),
                    ConfigOverride.config("server.applicationConnectors[0].useForwardedHeaders", "true"));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void exhaust(String address) {
        for (int i = 0; i < 3; i++) {
            assertThat(call(address, "wrong-token-0123456789").statusCode()).isEqualTo(401);
        }
    }

    private HttpResponse<String> call(String address, String token) {
        Api api = new Api(server.port(), token);
        return api.send(api.request("/api/me").header("X-Forwarded-For", address));
    }

    private HttpResponse<String> push(String address, String token) {
        return new Api(server.port(), token).post("/api/jobs", JOB, "X-Forwarded-For", address);
    }
}
