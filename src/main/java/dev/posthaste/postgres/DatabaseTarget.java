package dev.posthaste.postgres;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * A PostgreSQL database and how to get in.
 *
 * @param user null when the URL names it, or none is needed
 * @param password null when the URL names it, or none is needed
 * @param isSole whether no other node can be using the database
 */
public record DatabaseTarget(
        String jdbcUrl, @Nullable String user, @Nullable String password, boolean isSole) {
    private static final Pattern NAMES_A_USER = Pattern.compile("^jdbc:postgresql:/*[^/?]*@");

    /**
     * A given database, which other nodes may share.
     *
     * @throws DatabaseUnusableException when the URL is none of PostgreSQL's
     */
    public static DatabaseTarget given(String jdbcUrl, @Nullable String user, @Nullable String password) {
        if (NAMES_A_USER.matcher(jdbcUrl).find()) {
            // The driver would take them for the host's name or its port, and say so in the log.
            throw new DatabaseUnusableException("The database URL has an @ before its path, as if a user and a password"
                    + " stood there; PostgreSQL's driver does not read them. Give them by POSTHASTE_DATABASE_USER and"
                    + " POSTHASTE_DATABASE_PASSWORD.");
        }
        Properties parsed = Driver.parseURL(jdbcUrl, null);
        if (parsed != null && parsed.getProperty("options") != null) {
            throw new DatabaseUnusableException(
                    "The database URL has options=, which would replace those that Posthaste"
                            + " needs. Give settings to the role or the database instead: alter role ... set ...");
        }
        if (parsed == null) {
            throw new DatabaseUnusableException("The database URL is not one of PostgreSQL's;"
                    + " it looks like jdbc:postgresql://host:5432/database.");
        }
        return new DatabaseTarget(jdbcUrl, user, password, false);
    }

    /** The hosts and ports that the URL names, unresolved. */
    public List<InetSocketAddress> endpoints() {
        Properties parsed = Driver.parseURL(jdbcUrl, null);
        if (parsed == null) {
            return List.of();
        }
        String[] hosts = parsed.getProperty("PGHOST", "localhost").split(",", -1);
        String[] ports = parsed.getProperty("PGPORT", "5432").split(",", -1);
        InetSocketAddress[] endpoints = new InetSocketAddress[hosts.length];
        for (int i = 0; i < hosts.length; i++) {
            int port = Integer.parseInt(ports[Math.min(i, ports.length - 1)]);
            endpoints[i] = InetSocketAddress.createUnresolved(withoutBrackets(hosts[i]), port);
        }
        return List.of(endpoints);
    }

    /** Names the server, never the password. */
    @Override
    public String toString() {
        return "PostgreSQL at "
                + endpoints().stream()
                        .map(endpoint -> bracketed(endpoint.getHostString()) + ":" + endpoint.getPort())
                        .collect(Collectors.joining(", "));
    }

    private static String bracketed(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") ? URI.create("x://" + host).getHost().replaceAll("[\\[\\]]", "") : host;
    }
}
