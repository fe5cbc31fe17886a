package dev.posthaste.web.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CookieHeaderTest {
    /** Another server of the host sets what it likes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ours=abc",
                "a=1; ours=abc; b=2",
                "a=\"1; ours=abc",
                "a=\"1; ours=abc; b=2\"",
                "a=\\; ours=abc",
                "\"; =; ;a;ours = abc ;",
                "$Version=1; a=ä; ours=abc",
                "theours=no; ours=abc; ours=later"
            })
    void ourCookieIsFoundWhateverOthersHold(String line) {
        assertThat(new CookieHeader(List.of("x=y", line)).value("ours")).contains("abc");
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThat(new CookieHeader(List.of()).value("ours")).isEmpty();
        assertThat(new CookieHeader(List.of("ours; a=ours=b; OURS=c")).value("ours"))
                .isEmpty();
    }
}
