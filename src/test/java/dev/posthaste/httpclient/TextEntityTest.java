package dev.posthaste.httpclient;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextEntityTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "größer", "€", "😀", "a😀", "\uD83D", "\uD83Dx", "x\uDE00", "\uDE00\uD83D"})
    void theLengthIsThatOfWhatIsWrittenWhereverThePiecesEnd(String end) throws IOException {
        for (String text : new String[] {end, "a".repeat(8_190) + end.repeat(20_000)}) {
            ByteArrayOutputStream written = new ByteArrayOutputStream();
            TextEntity entity = new TextEntity(text);

            entity.writeTo(written);

            assertThat(written.toByteArray()).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
            assertThat(entity.getContentLength()).isEqualTo(written.size());
        }
    }

    @Test
    void aLargeTextIsNeverWholeASecondTime() throws IOException {
        new TextEntity("€".repeat(1_000_000)).writeTo(new OutputStream() {
            @Override
            public void write(int octet) {}

            @Override
            public void write(byte[] bytes, int offset, int length) {
                assertThat(bytes.length).isLessThanOrEqualTo(24 * 1_024);
            }
        });
    }
}
