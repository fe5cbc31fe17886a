package dev.posthaste.edge;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;

/** Puts the rules of the edge onto a server that is about to start, whatever connectors its configuration has made. */
public final class Edge implements LifeCycle.Listener {
    /** Dropwizard's name for the connectors of the admin port. */
    private static final String ADMIN = "admin";

    private final CallerRules rules;
    private final ConnectionRoom room;
    private final BooleanSupplier isLeaving;

    /**
     * @param room of this process, of which the rules may leave less to the API
     * @param isLeaving whether callers should go elsewhere
     */
    public Edge(CallerRules rules, ConnectionRoom room, BooleanSupplier isLeaving) {
        this.rules = rules;
        this.room = room;
        this.isLeaving = isLeaving;
    }

    @Override
    public void lifeCycleStarting(LifeCycle starting) {
        Server server = (Server) starting;
        List<Connector> api = new ArrayList<>();
        List<Connector> admin = new ArrayList<>();
        for (Connector connector : server.getConnectors()) {
            (ADMIN.equals(connector.getName()) ? admin : api).add(connector);
        }
        if (rules.maxOfAddress() < room.api()) {
            AddressLimit ofAddress = new AddressLimit(rules.maxOfAddress());
            api.forEach(connector -> connector.addEventListener(ofAddress));
        }
        // Each has a limit of its own, so that the admin port tells what is going on when the other one is full.
        limit(server, api, Math.min(rules.maxConnections(), room.api()), "the API");
        limit(server, admin, room.admin(), "the admin port");
        server.insertHandler(new TransferCodings());
        server.insertHandler(new LastAnswers());
        server.insertHandler(new LastCalls(isLeaving));
    }

    private void limit(Server server, List<Connector> connectors, int max, String of) {
        CallerLimit limit = new CallerLimit(max, of, connectors);
        HeadDeadline deadline = new HeadDeadline(rules.headWithin(), () -> limit.tooMany() > 0, server.getScheduler());
        IdleCallers idle = new IdleCallers(limit::tooMany, server.getScheduler());
        List.of(limit, deadline, idle).forEach(server::addBean);
        for (Connector connector : connectors) {
            connector.addEventListener(deadline);
            connector.addEventListener(idle);
        }
    }
}
