package dev.posthaste.edge;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;

/** Puts the rules of the edge onto a server that is about to start, whatever connectors its configuration has made. */
public final class Edge implements LifeCycle.Listener {
    /** How long a whole head may take, from its first byte. */
    public static final Duration MAX_HEAD = Duration.ofSeconds(10);

    /** Dropwizard's name for the connectors of the admin port. */
    private static final String ADMIN = "admin";

    private final Duration maxHead;
    private final ConnectionRoom room;

    public Edge(Duration maxHead, ConnectionRoom room) {
        this.maxHead = maxHead;
        this.room = room;
    }

    @Override
    public void lifeCycleStarting(LifeCycle starting) {
        Server server = (Server) starting;
        HeadDeadline deadline = new HeadDeadline(maxHead, server.getScheduler());
        server.addBean(deadline);
        List<Connector> api = new ArrayList<>();
        List<Connector> admin = new ArrayList<>();
        for (Connector connector : server.getConnectors()) {
            connector.addEventListener(deadline);
            (ADMIN.equals(connector.getName()) ? admin : api).add(connector);
        }
        // Each has a limit of its own, so that the admin port tells what is going on when the other one is full.
        server.addBean(new CallerLimit(room.api(), "the API", api));
        server.addBean(new CallerLimit(room.admin(), "the admin port", admin));
        server.insertHandler(new TransferCodings());
    }
}
