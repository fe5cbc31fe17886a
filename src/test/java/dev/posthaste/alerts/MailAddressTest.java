package dev.posthaste.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MailAddressTest {
    @ParameterizedTest
    @ValueSource(strings = {"ops@example.com", "a.b+c@mail.example.co", "x@localhost", "o'neil@example.org"})
    void isOneAddress(String address) {
        assertThat(MailAddress.isValid(address)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ops",
                "@example.com",
                "ops@",
                "a@b@c",
                "a@example.com,b@example.com",
                "a@example.com b@example.com",
                "Ops <ops@example.com>",
                "\"a b\"@example.com",
                "a@example.com\r\nBcc: b@example.com",
                "a@example.com\n",
                "a\u0000@example.com",
                "a@[127.0.0.1]",
                "a@-example.com",
                ".a@example.com",
                "a..b@example.com",
                "ä@example.com",
                "a@exämple.com"
            })
    void isNoAddressOrMoreThanOne(String address) {
        assertThat(MailAddress.isValid(address)).isFalse();
    }

    @Test
    void aLongOneIsRefusedWithoutLookingForLong() {
        assertThat(MailAddress.isValid("a".repeat(65) + "@example.com")).isFalse();
        assertThat(MailAddress.isValid("a@" + "b".repeat(1_000_000))).isFalse();
        assertThat(MailAddress.isValid("a@" + "b.".repeat(126))).isFalse();
    }
}
