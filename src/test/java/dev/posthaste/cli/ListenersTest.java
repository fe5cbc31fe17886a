package dev.posthaste.cli;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListenersTest {
    @Test
    void whatAnotherProgramListensOnIsRefused() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Listeners listeners = listeners(other.getLocalPort(), false);

            assertThatThrownBy(listeners::mustBeFree).hasMessageContaining("Failed to bind to");
        }
    }

    /** A supervisor listens before this process is there, and hands its socket over. */
    @Test
    void aSocketThatThisProcessWasStartedWithIsNotTried() throws IOException {
        try (ServerSocket handedOver = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Listeners listeners = listeners(handedOver.getLocalPort(), true);

            assertThatCode(listeners::mustBeFree).doesNotThrowAnyException();
        }
    }

    private static Listeners listeners(int port, boolean isInherited) {
        HttpConnectorFactory api = connector(port);
        api.setInheritChannel(isInherited);
        DefaultServerFactory server = new DefaultServerFactory();
        server.setApplicationConnectors(List.of(api));
        server.setAdminConnectors(List.of(connector(0)));
        return Listeners.of(server);
    }

    private static HttpConnectorFactory connector(int port) {
        HttpConnectorFactory connector = new HttpConnectorFactory();
        connector.setBindHost("127.0.0.1");
        connector.setPort(port);
        return connector;
    }
}
