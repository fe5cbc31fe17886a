package dev.posthaste.web.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedAnswerTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "none", textBlock = """
            none                    | false
            ''                      | false
            gzip                    | true
            GZip                    | true
            br, gzip                | true
            deflate,gzip;q=1.0,*    | true
            gzip;q=0.001            | true
            gzip;q=0                | false
            gzip; Q=0.000           | false
            gzip ; q = 0            | false
            gzipped                 | false
            *                       | false
            """)
    void gzipIsForWhoTakesIt(String acceptEncoding, boolean takesGzip) {
        assertThat(ContentCodings.takesGzip(acceptEncoding)).isEqualTo(takesGzip);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', nullValues = "none", textBlock = """
            none                 | false
            "a"                  | true
            W/"a"                | true
            "b", W/"a"           | true
            *                    | true
            "b"                  | false
            a                    | false
            "A"                  | false
            "a-gzip"             | false
            """)
    void whoHasItIsKnownByItsTag(String ifNoneMatch, boolean isKnown) {
        assertThat(EntityTags.isAmong("\"a\"", ifNoneMatch)).isEqualTo(isKnown);
    }

    /** A count that goes from 4 to 5 makes an answer no longer. */
    @Test
    void whatHasChangedHasAnotherTagEvenIfItIsAsLong() {
        SharedAnswer before = new SharedAnswer("application/json", "{\"pending\":4}".getBytes(UTF_8));
        SharedAnswer after = new SharedAnswer("application/json", "{\"pending\":5}".getBytes(UTF_8));
        String known = before.to(null, null).build().getHeaderString("ETag");

        assertThat(before.to(null, known).build().getStatus()).isEqualTo(304);
        assertThat(after.to(null, known).build().getStatus()).isEqualTo(200);
    }
}
