package dev.posthaste.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ResponseTextTest {
    @Test
    void textIsKeptAsItIs() {
        assertThat(of("größer €".getBytes(StandardCharsets.UTF_8), false))
                .isEqualTo(new ResponseText("größer €", null, false));
        assertThat(of(new byte[0], false)).isEqualTo(new ResponseText("", null, false));
    }

    @Test
    void aCharacterThatTheCutHasPartedIsDropped() {
        byte[] whole = "a€".getBytes(StandardCharsets.UTF_8);

        assertThat(of(Arrays.copyOf(whole, 3), true)).isEqualTo(new ResponseText("a", null, true));
        assertThat(of(Arrays.copyOf(whole, 2), true)).isEqualTo(new ResponseText("a", null, true));
    }

    @Test
    void whatIsNotUtf8OrHoldsNulIsKeptAsBase64() {
        assertThat(of(new byte[] {(byte) 0xff, 1}, false)).isEqualTo(new ResponseText("/wE=", "base64", false));
        assertThat(of(new byte[] {'a', 0}, false)).isEqualTo(new ResponseText("YQA=", "base64", false));
        assertThat(of(new byte[] {'a', (byte) 0xe2, (byte) 0x82}, false))
                .isEqualTo(new ResponseText("YeKC", "base64", false));
    }

    private static ResponseText of(byte[] bytes, boolean truncated) {
        return ResponseText.of(bytes, bytes.length, truncated);
    }
}
