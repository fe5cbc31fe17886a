package dev.posthaste.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import org.apache.tomcat.jdbc.pool.PooledConnection;
import org.junit.jupiter.api.Test;

/** What a connection that does not serve any more says of those that idle beside it. */
class ConnectionCheckTest {
    private int forgotten;
    private final ConnectionCheck check = new ConnectionCheck("settings", "question", 3_000, () -> forgotten++);

    /** Each of them would keep somebody waiting for as long: the network has forgotten them all. */
    @Test
    void thoseBesideAMuteOneAreForgottenWithIt() {
        SQLException mute = new SQLException("a test's network swallows all", "08006", new SocketTimeoutException());

        assertThat(check.validate(failing(mute), PooledConnection.VALIDATE_BORROW))
                .isFalse();

        assertThat(forgotten).isOne();
    }

    @Test
    void thoseBesideOneThatWasEndedMayServe() {
        SQLException ended = new SQLException("a test has ended it", "57P01");

        assertThat(check.validate(failing(ended), PooledConnection.VALIDATE_BORROW))
                .isFalse();

        assertThat(forgotten).isZero();
    }

    private static Connection failing(SQLException failure) {
        return (Connection) Proxy.newProxyInstance(
                ConnectionCheckTest.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "getNetworkTimeout" -> 10_000;
                    case "setNetworkTimeout" -> null;
                    default -> throw failure;
                });
    }
}
