package dev.posthaste.oneshots;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;

/** A connection that does nothing but note its savepoints, where no database is needed to see what is decided. */
final class SavepointLog {
    private final List<String> calls = new ArrayList<>();

    Connection connection() {
        Savepoint savepoint = proxy(Savepoint.class);
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    calls.add(method.getName());
                    return method.getReturnType() == Savepoint.class ? savepoint : null;
                });
    }

    List<String> calls() {
        return calls;
    }

    private static <T> T proxy(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> null));
    }
}
