package dev.posthaste.httpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.posthaste.delivery.Exchange;
import dev.posthaste.egress.EgressRules;
import dev.posthaste.egress.HostLookup;
import dev.posthaste.jobs.FailureReason;
import dev.posthaste.memory.ByteBudget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.ssl.SSLContexts;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With a proxy everything goes through it, and nothing past it. Only its own name is ever looked up. */
@Timeout(60)
class ProxyIT {
    private static final Duration SHORT = Duration.ofMillis(700);
    private static final String PROXY = "proxy.test";

    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private ConnectProxy proxy;
    private HttpClientSender sender;

    @BeforeEach
    void start() throws IOException {
        proxy = new ConnectProxy();
        open.add(proxy);
        sender = sender("http://" + PROXY + ":" + proxy.port(), SSLContexts.createDefault());
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
        assertThat(asked).as("looked up").allMatch(PROXY::equals);
    }

    @Test
    void aJobReachesItsTargetByConnectAndTheTargetSeesNothingOfIt() throws IOException {
        KeepingServer there = server(null);
        proxy.knows("target.test:80", there.port());

        Exchange exchange = Sending.send(sender, "POST", "http://target.test/a?b", "{}");

        assertThat(exchange.failure()).isNull();
        assertThat(proxy.heads()).containsExactly("CONNECT target.test:80 HTTP/1.1\r\nHost: target.test:80\r\n\r\n");
        assertThat(heads)
                .singleElement()
                .asString()
                .startsWith("POST /a?b HTTP/1.1\r\n")
                .contains("Host: target.test\r\n");
    }

    @Test
    void aNameGoesToTheProxyAsItWasPushed() throws IOException {
        KeepingServer there = server(null);
        proxy.knows("xn--bcher-kva.Test:8080", there.port());

        Sending.send(sender, "POST", "http://xn--bcher-kva.Test:8080/", "{}");

        assertThat(proxy.heads().get(0)).startsWith("CONNECT xn--bcher-kva.").contains(":8080 HTTP/1.1\r\n");
    }

    @Test
    void tlsIsAgreedUponWithTheTargetInTheTunnel(@TempDir Path directory) throws Exception {
        SSLContext trust = SelfSigned.context(directory, "target.test");
        KeepingServer there = server(trust);
        proxy.knows("target.test:443", there.port());
        proxy.knows("other.test:443", there.port());
        HttpClientSender trusting = sender("http://" + PROXY + ":" + proxy.port(), trust);

        assertThat(Sending.send(trusting, "POST", "https://target.test/", "{}").failure())
                .isNull();

        Exchange other = Sending.send(trusting, "POST", "https://other.test/", "{}");
        assertThat(other.failure()).isEqualTo(FailureReason.SSL_ERROR);
        assertThat(proxy.heads()).hasSize(2).allMatch(head -> head.startsWith("CONNECT "));
        assertThat(heads).hasSize(1);
    }

    /** What is named by an address could be connected to without asking anybody: it is not. */
    @Test
    void nothingIsConnectedToDirectly() throws IOException {
        KeepingServer canary = server(null);
        KeepingServer there = server(null);
        for (String host : List.of("127.0.0.1", "[::1]", "localhost")) {
            proxy.knows(host + ":" + canary.port(), there.port());

            assertThat(Sending.send(sender, "POST", "http://" + host + ":" + canary.port() + "/", "{}")
                            .failure())
                    .as(host)
                    .isNull();
        }
        assertThat(canary.connections()).isZero();
        assertThat(there.connections()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "169.254.169.254", "[fd00::1]", "[::ffff:192.168.0.1]"})
    void anAddressThatTheRulesRefuseIsNotEvenAskedFor(String host) {
        Exchange exchange = Sending.send(sender, "POST", "http://" + host + "/", "{}");

        assertThat(exchange.failure()).isEqualTo(FailureReason.BLOCKED_ADDRESS);
        assertThat(proxy.connections()).isZero();
    }

    @Test
    void theProxyItselfMayBeAnywhere() throws IOException {
        KeepingServer there = server(null);
        proxy.knows("target.test:80", there.port());
        HttpClientSender strict = new HttpClientSender(
                new EgressRules(List.of(), Set.of(proxy.port()), List.of()),
                lookup(),
                InstantSource.system(),
                new ByteBudget("answers", 1_000_000),
                8,
                Sending.LIMITS,
                EgressProxy.parse("http://127.0.0.1:" + proxy.port()));
        open.add(strict);

        assertThat(Sending.send(strict, "POST", "http://target.test/", "{}").failure())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            407 Request rejected by proxy;X-Smokescreen-Error: Egress proxying is denied to host 'target.test:80'. | 407 Egress proxying is denied to host 'target.test:80'.
            403 Forbidden;X-Squid-Error: ERR_ACCESS_DENIED 0 | 403 ERR_ACCESS_DENIED 0.
            503 Too busy                                     | 503 Too busy.
            503 x;X-Squid-Error: ERR_ACCESS_DENIED 0         | 503 ERR_ACCESS_DENIED 0.
            302 Found;Location: http://127.0.0.1/            | 302 Found.
            """)
    void whatTheProxyRefusesIsBlockedForTheReasonThatItGives(String answer, String quoted) {
        proxy.says("HTTP/1.1 " + answer.replace(";", "\r\n") + "\r\nContent-Length: 0\r\n\r\n");

        Exchange exchange = Sending.send(sender, "POST", "http://target.test/", "{}");

        assertThat(exchange.failure()).isEqualTo(FailureReason.BLOCKED_ADDRESS);
        assertThat(exchange.message())
                .isEqualTo(
                        "The proxy " + PROXY + ":" + proxy.port() + " refused to connect to target.test:80: " + quoted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "500 Internal Server Error\r\nX-Smokescreen-Error: An unexpected error occurred: x",
                "502 Bad gateway\r\nX-Smokescreen-Error: Failed to resolve remote hostname",
                "504 Gateway timeout",
                "503 Service Unavailable\r\nX-Squid-Error: ERR_CONNECT_FAIL 111",
                "503 Service Unavailable\r\nX-Squid-Error: ERR_DNS_FAIL 0",
                "502 Too many open files"
            })
    void whatTheProxyCannotReachIsAConnectionError(String answer) {
        proxy.says("HTTP/1.1 " + answer + "\r\n\r\n");

        Exchange exchange = Sending.send(sender, "POST", "http://target.test/", "{}");

        assertThat(exchange.failure()).isEqualTo(FailureReason.CONNECTION_ERROR);
        assertThat(exchange.message())
                .startsWith("The proxy " + PROXY + ":" + proxy.port() + " could not connect to target.test:80: ");
    }

    @Test
    void whatTheProxySaysIsHarmlessAndShort() {
        proxy.says("HTTP/1.1 403 no\r\nX-Smokescreen-Error: a\u0007b\u001b[31m" + "x".repeat(10_000) + "\r\n\r\n");

        String message =
                Sending.send(sender, "POST", "http://target.test/", "{}").message();

        assertThat(message).contains(": 403 a b [31mxxx").endsWith("x….").hasSizeLessThan(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200",
                "HTTP/1.1 200 OK\r\nX: y\r\n",
                "SSH-2.0-OpenSSH_9.6\r\n",
                "HTTP/2 200\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\n\r\n"
            })
    void whoGivesNoAnswerToConnectIsNamed(String answer) {
        proxy.says(answer);

        assertIsOfTheProxy(Sending.send(sender, "POST", "http://target.test/", "{}"));
    }

    @Test
    void aProxyThatIsNotThereIsNamed() throws IOException {
        int port;
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }
        Exchange refused = Sending.send(
                sender("http://" + PROXY + ":" + port, SSLContexts.createDefault()),
                "POST",
                "http://target.test/",
                "{}");
        assertThat(refused.failure()).isEqualTo(FailureReason.CONNECTION_ERROR);
        assertThat(refused.message()).isEqualTo("The proxy proxy.test:" + port + " could not be connected to.");

        HttpClientSender lost = Sending.sender(
                host -> {
                    throw new UnknownHostException(host);
                },
                new AnswerRoom(new ByteBudget("answers", 1_000_000)),
                Connections.MAX_AGE,
                SSLContexts.createDefault(),
                EgressProxy.parse("http://" + PROXY + ":" + port));
        open.add(lost);
        Exchange unknown = Sending.send(lost, "POST", "http://target.test/", "{}");
        assertThat(unknown.failure()).isEqualTo(FailureReason.CONNECTION_ERROR);
        assertThat(unknown.message()).isEqualTo("The name of the proxy proxy.test:" + port + " could not be resolved.");
    }

    @Test
    void theDeadlineHoldsForAProxyThatIsSilentOrDrips() {
        List<ConnectProxy.Script> scripts = List.of(
                connection -> connection.getInputStream().read(),
                connection -> drip(connection, "HTTP/1.1 200 OK\r\nX: ", "a"),
                connection -> drip(connection, "", "HTTP/1.1 100 Continue\r\n\r\n"));
        for (ConnectProxy.Script script : scripts) {
            proxy.does(script);

            Exchange exchange = Sending.send(sender, "POST", "http://target.test/", "{}", SHORT);

            assertIsOfTheProxy(exchange);
            assertThat(exchange.message()).endsWith(" had not answered when the time was up.");
            assertThat(exchange.took()).isBetween(SHORT.minusMillis(50), SHORT.plusSeconds(1));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"X-Y: zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\r\n", "x", "\r\n\r\nHTTP/1.1 103 Early\r\nA: b"})
    void theLimitOfHeadsHoldsForTheProxyAndAllItsInterimAnswers(String again) {
        proxy.does(connection -> {
            ConnectProxy.write(connection, "HTTP/1.1 103 Early\r\nA: b");
            for (int i = 0; i < 10; i++) {
                ConnectProxy.write(connection, again.repeat(10_000));
            }
            connection.getInputStream().read();
        });

        Exchange exchange = Sending.send(sender, "POST", "http://target.test/", "{}");

        assertIsOfTheProxy(exchange);
        assertThat(exchange.message()).endsWith(" is not HTTP/1.1, or is over a limit.");
    }

    @Test
    void interimAnswersOfTheProxyArePassedOver() throws IOException {
        KeepingServer there = server(null);
        proxy.knows("target.test:80", there.port());
        proxy.does(connection -> {
            ConnectProxy.write(connection, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\nA: b\n\n");
            proxy.connect(connection);
        });

        assertThat(Sending.send(sender, "POST", "http://target.test/", "{}").failure())
                .isNull();
    }

    @Test
    void aTunnelThatBreaksIsTheTargetsFailure() {
        for (String before : List.of("", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab")) {
            proxy.does(connection -> {
                ConnectProxy.write(connection, "HTTP/1.1 200 OK\r\n\r\n");
                connection.getInputStream().read();
                ConnectProxy.write(connection, before);
            });

            Exchange exchange = Sending.send(sender, "POST", "http://target.test/", "{}");

            assertThat(exchange.failure()).isEqualTo(FailureReason.CONNECTION_ERROR);
            assertThat(exchange.message()).contains("target.test");
        }
    }

    @Test
    void whatComesBehindTheProxysAnswerUnaskedIsNoAnswerOfTheTarget() {
        proxy.does(connection -> {
            ConnectProxy.write(connection, "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            connection.getInputStream().read();
        });

        assertThat(Sending.send(sender, "POST", "http://target.test/", "{}").failure())
                .isEqualTo(FailureReason.INVALID_RESPONSE);
    }

    @Test
    void keptConnectionsAreTheTargetsOwn() throws IOException {
        KeepingServer one = server(null);
        KeepingServer two = server(null);
        proxy.knows("one.test:80", one.port());
        proxy.knows("two.test:80", two.port());

        for (int i = 0; i < 3; i++) {
            Sending.send(sender, "POST", "http://one.test/1", "{}");
            Sending.send(sender, "POST", "http://two.test/2", "{}");
        }

        assertThat(proxy.heads()).hasSize(2);
        assertThat(one.paths()).containsExactly("/1", "/1", "/1");
        assertThat(two.paths()).containsExactly("/2", "/2", "/2");
    }

    /** The port of the URL is the canary's: whoever goes there without the proxy is seen. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aKeptTunnelThatWasClosedIsReplacedByAnotherOneAndNeverByADirectConnection(boolean isReset) throws IOException {
        KeepingServer canary = server(null);
        KeepingServer there = server(null);
        String authority = "127.0.0.1:" + canary.port();
        proxy.knows(authority, there.port());
        Sending.send(sender, "POST", "http://" + authority + "/1", "{}");
        Sending.send(sender, "POST", "http://" + authority + "/2", "{}");
        assertThat(proxy.heads()).hasSize(1);

        proxy.cutOff(isReset);

        // What is sent before the end has come here fails, as it may have arrived.
        await().until(() ->
                Sending.send(sender, "POST", "http://" + authority + "/3", "{}").failure() == null);
        assertThat(proxy.heads())
                .hasSize(2)
                .allMatch(head -> head.startsWith("CONNECT " + authority + " HTTP/1.1\r\n"));
        assertThat(there.paths()).containsExactly("/1", "/2", "/3");
        assertThat(canary.connections()).isZero();
    }

    @Test
    void theProxysAddressesAreRacedAndNotTheTargets() throws IOException {
        KeepingServer there = server(null);
        proxy.knows("target.test:80", there.port());
        HttpClientSender racing = Sending.sender(
                host -> {
                    asked.add(host);
                    return new InetAddress[] {
                        InetAddress.getByName("127.0.0.3"), InetAddress.getByName("127.0.0.1"),
                    };
                },
                new AnswerRoom(new ByteBudget("answers", 1_000_000)),
                Connections.MAX_AGE,
                SSLContexts.createDefault(),
                EgressProxy.parse("http://" + PROXY + ":" + proxy.port()));
        open.add(racing);

        assertThat(Sending.send(racing, "POST", "http://target.test/", "{}").failure())
                .isNull();
    }

    @Test
    void credentialsGoToTheProxyAndAreShownToNobodyElse() throws IOException {
        KeepingServer there = server(null);
        proxy.knows("target.test:80", there.port());
        HttpClientSender known =
                sender("http://us%2Fer:pa%3As+%C3%A4@" + PROXY + ":" + proxy.port() + "/", SSLContexts.createDefault());
        String basic = Base64.getEncoder().encodeToString("us/er:pa:s+ä".getBytes(StandardCharsets.UTF_8));

        assertThat(Sending.send(known, "POST", "http://target.test/", "{}").failure())
                .isNull();
        assertThat(proxy.heads().get(0)).contains("\r\nProxy-Authorization: Basic " + basic + "\r\n");
        assertThat(heads).singleElement().asString().doesNotContain("Proxy-", basic);

        assertThat(EgressProxy.parse("http://u:secret@h:1")).hasToString("h:1");
    }

    /** As it came, decoded, and in spellings that no search for it would find. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "407 no\r\nX-Smokescreen-Error: you said Basic dXNlcjpwYTpzcw==",
                "407 no\r\nX-Squid-Error: bad password pa:ss",
                "407 bad password pa%3Ass",
                "403 for user:pa%3ass",
                "502 no\r\nX-Smokescreen-Error: 706f3a7373",
                "504 ss:ap",
                "503 no\r\nX-Squid-Error: ERR_CONNECT_FAIL dXNlcjpwYTpzcw",
                "403 no\r\nX-Smokescreen-Error: pa:\u00adss"
            })
    void ofAProxyThatKnowsAPasswordNothingButTheStatusIsShown(String answer) {
        HttpClientSender known =
                sender("http://user:pa%3Ass@" + PROXY + ":" + proxy.port() + "/", SSLContexts.createDefault());
        proxy.says("HTTP/1.1 " + answer + "\r\n\r\n");

        assertThat(Sending.send(known, "POST", "http://other.test/", "{}").message())
                .endsWith(" to other.test:80: " + answer.substring(0, 3) + ".");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://p:1",
                "p:1",
                "http://p",
                "http://p:0",
                "http://p:65536",
                "http://p:1/path",
                "http://user@p:1",
                "http://:secret@p:1",
                "http://a%3Ab:secret@p:1",
                "http://u:secret%zz@p:1",
                "http://p:1?x",
                "http://p\r\nX: y:1",
                "socks5://p:1"
            })
    void whatIsNoProxyIsRefusedAndNotShown(String text) {
        assertThatThrownBy(() -> EgressProxy.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
    }

    @Test
    void proxiesOfSystemPropertiesAreIgnored() throws IOException {
        KeepingServer there = server(null);
        List<String> names = List.of("http", "https", "socks");
        try {
            for (String name : names) {
                System.setProperty(name.equals("socks") ? "socksProxyHost" : name + ".proxyHost", "127.0.0.1");
                System.setProperty(
                        name.equals("socks") ? "socksProxyPort" : name + ".proxyPort", String.valueOf(proxy.port()));
            }
            System.setProperty("http.nonProxyHosts", "");
            HttpClientSender straight = Sending.sender();
            open.add(straight);

            assertThat(Sending.send(straight, "POST", "http://127.0.0.1:" + there.port() + "/", "{}")
                            .failure())
                    .isNull();
            assertThat(proxy.connections()).isZero();
        } finally {
            for (String name : names) {
                System.clearProperty(name.equals("socks") ? "socksProxyHost" : name + ".proxyHost");
                System.clearProperty(name.equals("socks") ? "socksProxyPort" : name + ".proxyPort");
            }
            System.clearProperty("http.nonProxyHosts");
        }
    }

    private void assertIsOfTheProxy(Exchange exchange) {
        assertThat(exchange.failure()).isEqualTo(FailureReason.CONNECTION_ERROR);
        assertThat(exchange.message()).contains("proxy " + PROXY + ":" + proxy.port());
    }

    private static void drip(java.net.Socket connection, String first, String again) throws IOException {
        ConnectProxy.write(connection, first);
        while (RawServer.pause(Duration.ofMillis(20))) {
            ConnectProxy.write(connection, again);
        }
    }

    private KeepingServer server(@Nullable SSLContext tls) throws IOException {
        KeepingServer there = new KeepingServer(InetAddress.getLoopbackAddress(), tls, (request, connection) -> {
            heads.add(request.head());
            KeepingServer.write(connection, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            return true;
        });
        open.add(there);
        return there;
    }

    private HttpClientSender sender(String proxyUrl, SSLContext trust) {
        HttpClientSender made = Sending.sender(
                lookup(),
                new AnswerRoom(new ByteBudget("answers", 10_000_000)),
                Connections.MAX_AGE,
                trust,
                EgressProxy.parse(proxyUrl));
        open.add(made);
        return made;
    }

    /** Of the proxy; whoever asks for another name is found out. */
    private HostLookup lookup() {
        return host -> {
            boolean isLiteral = host.chars().allMatch(c -> c == '.' || c == ':' || Character.digit(c, 16) >= 0);
            if (isLiteral) {
                return InetAddress.getAllByName(host);
            }
            asked.add(host);
            return new InetAddress[] {Objects.requireNonNull(InetAddress.getLoopbackAddress())};
        };
    }
}
