package dev.posthaste.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminHostsTest {
    private final AdminHosts hosts = AdminHosts.parse("posthaste, Admin.Example.com,");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.0.0.7:8081",
                "[::1]",
                "[::ffff:127.0.0.1]:8081",
                "localhost",
                "LOCALHOST:9000",
                "posthaste:8081",
                "admin.example.com",
                "admin.example.com.:80"
            })
    void addressesLocalhostAndConfiguredNamesAreOurs(String host) {
        assertThat(hosts.isOurs(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.com",
                "evil.example:8081",
                "127.0.0.1.evil.example",
                "localhost.evil.example",
                "evil.posthaste",
                "127.0.0.evil",
                "[evil]",
                ""
            })
    void anyOtherNameIsNot(String host) {
        assertThat(hosts.isOurs(host)).isFalse();
    }

    @Test
    void whoSendsNoHostIsNoBrowser() {
        assertThat(hosts.isOurs(null)).isTrue();
        assertThat(hosts.isForeign(null, "evil.example")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:8081, 127.0.0.1:8081, false",
        "http://post_haste:8081, post_haste:8081, false",
        "http://other_one:8081, post_haste:8081, true",
        "https://admin.example.com, 10.0.0.7:8081, false",
        "https://posthaste:444, posthaste:8081, false",
        "http://localhost:3000, localhost:8081, true",
        "https://evil.example, 127.0.0.1:8081, true",
        "https://evil.example, admin.example.com, true",
        "null, 127.0.0.1:8081, true",
        "file://, 127.0.0.1:8081, true",
        "http://a b, 127.0.0.1:8081, true"
    })
    void aPageOfAnotherSiteIsForeign(String origin, String host, boolean isForeign) {
        assertThat(hosts.isForeign(origin, host)).isEqualTo(isForeign);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:80", "http://a", "*", "a b", "-a", "a/b"})
    void whatIsNoNameIsRefused(String names) {
        assertThatThrownBy(() -> AdminHosts.parse("b," + names)).isInstanceOf(IllegalArgumentException.class);
    }
}
