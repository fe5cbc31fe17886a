package dev.posthaste.cli;

import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.server.ServerFactory;
import io.dropwizard.jetty.ConnectorFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The addresses that a server listens on, by its configuration. */
public final class Listeners {
    private final List<ListenAddress> addresses;
    private final Set<ListenAddress> inherited;
    private final boolean areTwoPorts;

    private Listeners(List<ListenAddress> addresses, Set<ListenAddress> inherited, boolean areTwoPorts) {
        this.addresses = addresses;
        this.inherited = inherited;
        this.areTwoPorts = areTwoPorts;
    }

    /** Reads them from the {@code server} part of the configuration. */
    public static Listeners of(ServerFactory factory) {
        List<ListenAddress> addresses = new ArrayList<>();
        Set<ListenAddress> inherited = new HashSet<>();
        if (!(factory instanceof DefaultServerFactory server)) {
            return new Listeners(addresses, Set.of(), false);
        }
        add(addresses, inherited, "The API", server.getApplicationConnectors(), "applicationConnectors", "");
        add(addresses, inherited, "The admin port", server.getAdminConnectors(), "adminConnectors", "ADMIN_");
        return new Listeners(addresses, inherited, true);
    }

    private static void add(
            List<ListenAddress> addresses,
            Set<ListenAddress> inherited,
            String who,
            List<ConnectorFactory> connectors,
            String part,
            String variable) {
        for (int i = 0; i < connectors.size(); i++) {
            if (connectors.get(i) instanceof HttpConnectorFactory connector) {
                String setting = "server." + part + "[" + i + "].";
                ListenAddress address = new ListenAddress(
                        who,
                        connector.getBindHost(),
                        connector.getPort(),
                        setting + "bindHost" + (i == 0 ? ", POSTHASTE_" + variable + "BIND" : ""),
                        setting + "port" + (i == 0 ? ", POSTHASTE_" + variable + "PORT" : ""));
                addresses.add(address);
                if (connector.isInheritChannel()) {
                    inherited.add(address);
                }
            }
        }
    }

    /** The ports that were asked for; 0 stands for any. */
    public Set<Integer> ports() {
        return addresses.stream().map(ListenAddress::port).collect(Collectors.toSet());
    }

    /** What is known to be wrong with them before anybody listens, each in a sentence. */
    List<String> errors() {
        List<String> errors = new ArrayList<>();
        if (!areTwoPorts) {
            errors.add("server.type must be default: the API and the admin port listen on addresses of their own");
        }
        for (int i = 0; i < addresses.size(); i++) {
            ListenAddress one = addresses.get(i);
            if (one.resolve().isUnresolved()) {
                errors.add(one.host() + " is no address and cannot be resolved: choose an address of this machine, or"
                        + " 0.0.0.0 for all of them (" + one.hostSetting() + ")");
            }
            for (ListenAddress other : addresses.subList(0, i)) {
                if (one.overlaps(other)) {
                    errors.add(one + " and " + other + " cannot both be listened on: choose another port ("
                            + other.portSetting() + ", or " + one.portSetting() + ")");
                }
            }
        }
        return errors;
    }

    /**
     * Opens and closes each: what cannot be listened on is known before a database is made and work is taken on. Another
     * program may still come in between. One whose socket this process was started with is listened on already.
     *
     * @throws IOException in the words that {@link #unopened} knows
     */
    void mustBeFree() throws IOException {
        for (ListenAddress address : addresses) {
            if (inherited.contains(address)) {
                continue;
            }
            InetSocketAddress resolved = address.resolve();
            try (ServerSocket trial = new ServerSocket()) {
                // As the server itself does: what is left of former connections is in nobody's way.
                trial.setReuseAddress(true);
                trial.bind(resolved);
            } catch (IOException e) {
                BindException failure = new BindException(e.getMessage());
                failure.initCause(e);
                throw new IOException("Failed to bind to " + resolved, failure);
            }
        }
    }

    /** The one that could not be opened, by the failure's words; empty when they name none. */
    Optional<ListenAddress> unopened(Throwable failure) {
        return addresses.stream()
                .filter(address -> names(failure, address.resolve().toString()))
                .findFirst();
    }

    private static boolean names(Throwable failure, String address) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).endsWith(" " + address)) {
                return true;
            }
        }
        return false;
    }
}
