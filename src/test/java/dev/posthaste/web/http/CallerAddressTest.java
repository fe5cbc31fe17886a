package dev.posthaste.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CallerAddressTest {
    @Test
    void anAddressOfVersion4IsACallerByItself() {
        assertThat(CallerAddress.of("203.0.113.9")).isEqualTo("203.0.113.9");
        assertThat(CallerAddress.of("[::ffff:203.0.113.9]")).isEqualTo("203.0.113.9");
    }

    @Test
    void aSubnetOfVersion6IsOneCaller() {
        assertThat(CallerAddress.of("[2001:db8:1:2::1]"))
                .isEqualTo(CallerAddress.of("2001:db8:1:2:ffff:ffff:ffff:ffff"))
                .isNotEqualTo(CallerAddress.of("2001:db8:1:3::1"));
        assertThat(CallerAddress.of("fe80::1%eth0")).isEqualTo(CallerAddress.of("fe80::2"));
    }

    @Test
    void whatIsNoAddressIsACallerOfBoundedLength() {
        assertThat(CallerAddress.of("unknown")).isEqualTo("unknown");
        assertThat(CallerAddress.of("x".repeat(10_000))).hasSize(64);
        assertThat(CallerAddress.of(null)).isEmpty();
    }

    @Test
    void anAddressIsWrittenDownWithoutBracketsAndZone() {
        assertThat(CallerAddress.whole("[::1]")).isEqualTo("::1");
        assertThat(CallerAddress.whole("[fe80::2%eth0]")).isEqualTo("fe80::2");
        assertThat(CallerAddress.whole("2001:db8:0:0:0:0:0:1")).isEqualTo("2001:db8::1");
        assertThat(CallerAddress.whole("203.0.113.9")).isEqualTo("203.0.113.9");
        assertThat(CallerAddress.whole("a-name")).isNull();
        assertThat(CallerAddress.whole(null)).isNull();
    }
}
