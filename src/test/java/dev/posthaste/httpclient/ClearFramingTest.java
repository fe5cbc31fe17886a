package dev.posthaste.httpclient;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.message.BasicHttpResponse;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClearFramingTest {
    @ParameterizedTest
    @CsvSource({
        "200,Content-Length: 2,true",
        "200,Transfer-Encoding: chunked,true",
        "200,Transfer-Encoding: chunked|Content-Length: 2,false",
        "200,Content-Length: 2|Connection: close,false",
        "204,X: y,true",
        "204,Content-Length: 0,true",
        "204,Content-Length: 4,false",
        "204,Content-Type: text/plain,false",
        "204,Transfer-Encoding: chunked,false",
        "304,X: y,true",
        "304,Content-Length: 4,false",
        "304,Content-Type: text/plain,false"
    })
    void aConnectionIsKeptOnlyBehindAnAnswerWhoseEndIsBeyondDoubt(int status, String headers, boolean isKept) {
        HttpRequest request = new BasicHttpRequest("POST", "/");
        HttpResponse answer = new BasicHttpResponse(status);
        answer.setVersion(HttpVersion.HTTP_1_1);
        for (String header : headers.split("\\|", -1)) {
            String[] parts = header.split(": ", 2);
            answer.addHeader(parts[0], parts[1]);
        }

        assertThat(new ClearFraming().keepAlive(request, answer, HttpClientContext.create()))
                .isEqualTo(isKept);
    }
}
