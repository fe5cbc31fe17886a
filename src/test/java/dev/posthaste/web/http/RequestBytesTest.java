package dev.posthaste.web.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestBytesTest {
    @ParameterizedTest
    @ValueSource(strings = {"plain", "é", "€", "😀", "\ufffd", "a\ufffdb€"})
    void utf8IsText(String text) {
        String longer = text.repeat(10_000);

        assertThat(read(longer.getBytes(StandardCharsets.UTF_8))).isEqualTo(longer);
    }

    @Test
    void whatIsNoUtf8IsRefusedWhereverItStands() {
        byte[] good = "€\ufffd".repeat(10_000).getBytes(StandardCharsets.UTF_8);
        byte[] inTheMiddle = good.clone();
        inTheMiddle[30_000] = (byte) 0xff;

        for (byte[] bad : new byte[][] {
            inTheMiddle,
            Arrays.copyOf(good, good.length - 1),
            {(byte) 0xc0, (byte) 0x80},
            {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
        }) {
            assertThatThrownBy(() -> read(bad)).hasMessage("The body is not valid JSON: it is not UTF-8.");
        }
    }

    private static String read(byte[] bytes) {
        return new RequestBytes(bytes).text();
    }
}
