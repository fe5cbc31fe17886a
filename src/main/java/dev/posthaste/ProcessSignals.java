package dev.posthaste;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM and SIGINT. Java begins to end at the first one and passes over all others, and its shutdown hooks hear of none of
 * them: so a server that stops could not be told to hurry.
 *
 * <p>{@code sun.misc.Signal} is the only way to hear of one. JEP 260 keeps it in {@code jdk.unsupported} for want of another;
 * javac's warning about it cannot be switched off, hence by reflection. A Java without it stops as ever.
 */
final class ProcessSignals implements StopSignals {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessSignals.class);
    private static final List<String> NAMES = List.of("TERM", "INT");

    @Override
    public void tell(Listener listener) {
        try {
            for (String name : NAMES) {
                tell(listener, name);
            }
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            // The latter, within the former, where Java was told to leave signals alone (-Xrs).
            LOG.debug("Signals cannot be heard of: a second one will not hasten a stop", e);
        }
    }

    private static void tell(Listener listener, String name) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Method act = handler.getMethod("handle", signal);
        CompletableFuture<Object> former = new CompletableFuture<>();
        Object ours = Proxy.newProxyInstance(
                ProcessSignals.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                    if (method.equals(act)) {
                        return listener.isStoppingAlready() ? null : act.invoke(former.join(), arguments);
                    }
                    return switch (method.getName()) {
                        case "equals" -> proxy == arguments[0];
                        case "hashCode" -> System.identityHashCode(proxy);
                        default -> "what hears of SIG" + name;
                    };
                });
        former.complete(signal.getMethod("handle", signal, handler)
                .invoke(null, signal.getConstructor(String.class).newInstance(name), ours));
    }
}
