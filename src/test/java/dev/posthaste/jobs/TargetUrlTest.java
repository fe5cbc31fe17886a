package dev.posthaste.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetUrlTest {
    @ParameterizedTest
    @CsvSource({
        "http://example.com,http,example.com,80,/",
        "HTTPS://Example.COM/A?b=%20#frag,https,example.com,443,/A?b=%20",
        "http://example.com:8080?x=1,http,example.com,8080,/?x=1",
        "http://my_service:9000/a,http,my_service,9000,/a",
        "http://example.com./,http,example.com.,80,/",
        "http://127.0.0.1/,http,127.0.0.1,80,/",
        "http://[::1]:81/x,http,::1,81,/x",
        "http://[2001:DB8::1],http,2001:db8::1,80,/",
        "http://example.com/ä?ö=ü,http,example.com,80,/%C3%A4?%C3%B6=%C3%BC",
        "http://example.com/cafe\u0301?e\u0301=\uD83D\uDE00,http,example.com,80,/cafe%CC%81?e%CC%81=%F0%9F%98%80",
        "http://xn--bcher-kva.example/,http,xn--bcher-kva.example,80,/",
        "http://1and1.example/,http,1and1.example,80,/",
        "http://example.com//a//b?filter[x]=1,http,example.com,80,//a//b?filter[x]=1",
        "'http://example.com/-_.!~*()/;:$&+=@%25?/[]@-_.!~*();:$&+=?%C3%A4',http,example.com,80,"
                + "'/-_.!~*()/;:$&+=@%25?/[]@-_.!~*();:$&+=?%C3%A4'",
        "'http://example.com/a,b?c,d',http,example.com,80,'/a,b?c,d'"
    })
    void anHttpUrlIsRead(String text, String scheme, String host, int port, String pathAndQuery) {
        assertThat(TargetUrl.parse(text)).contains(new TargetUrl(scheme, host, port, pathAndQuery));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://a/", "http://azAZ09.example/", "http://a-b.example/", "http://example.com:1/",
                "http://example.com:65535/", "http://255.255.255.255/", "http://0.0.0.0/", "http://9.example/"
            })
    void whatIsAtTheEdgeIsRead(String text) {
        assertThat(TargetUrl.parse(text)).isPresent();
    }

    @Test
    void aLabelHas63CharactersAtMostAndAHost253() {
        String label = "a".repeat(63);
        String host = (label + ".").repeat(3) + "a".repeat(61);

        assertThat(TargetUrl.parse("http://" + label + ".example/")).isPresent();
        assertThat(TargetUrl.parse("http://" + label + "a.example/")).isEmpty();
        assertThat(TargetUrl.parse("http://example." + label + "a/")).isEmpty();
        assertThat(TargetUrl.parse("http://" + host + "/")).isPresent();
        assertThat(TargetUrl.parse("http://" + host + "./")).isPresent();
        assertThat(TargetUrl.parse("http://" + host + "a/")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.com",
                "/path",
                "ftp://example.com/",
                "file:///etc/passwd",
                "javascript:alert(1)",
                "http:",
                "http://",
                "http:///x",
                "http:example.com",
                "http://:80/",
                "http://user@example.com/",
                "http://user:secret@example.com/",
                "http://example.com:0/",
                "http://example.com:65536/",
                "http://example.com:99999/",
                "http://example.com:port/",
                "http://example.com:/x:y@z",
                "http://-a.example/",
                "http://a-.example/",
                "http://a..b/",
                "http://.example/",
                "http://127.1/",
                "http://2130706433/",
                "http://0x7f.0.0.1/",
                "http://0x7f000001/",
                "http://0177.0.0.1/",
                "http://127.0.0.1./",
                "http://256.1.1.1/",
                "http://1.2.3/",
                "http://1.2.3.4.5/",
                "http://01.2.3.4/",
                "http://foo.0x/",
                "http://[::1/",
                "http://[::1%25eth0]/",
                "http://[v1.x]/",
                "http://[1.2.3.4]/",
                "http://[:::]/",
                "http://exa mple.com/",
                "http://example.com/a b",
                "http://example.com/\n",
                "http://example.com/\u0000",
                "http://example.com/%zz",
                "http://bücher.example/",
                "http://\u212Aelvin.example/",
                "http://example.com\\@evil.example/",
                "http://a|b/",
                // Half a character, which no UTF-8 spells.
                "http://example.com/\uD83D/x"
            })
    void anythingElseIsRefused(String text) {
        assertThat(TargetUrl.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {2_048, 2_049})
    void theLengthIsBounded(int length) {
        String url = "http://example.com/" + "a".repeat(length - "http://example.com/".length());

        assertThat(TargetUrl.parse(url).isPresent()).isEqualTo(length <= TargetUrl.MAX_CHARACTERS);
    }
}
