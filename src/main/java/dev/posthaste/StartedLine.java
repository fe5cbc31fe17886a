package dev.posthaste;

import io.dropwizard.lifecycle.ServerLifecycleListener;
import org.eclipse.jetty.server.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in one line that the server is up. */
final class StartedLine implements ServerLifecycleListener {
    private static final Logger LOG = LoggerFactory.getLogger(StartedLine.class);

    private final ProductVersion version;
    private final Node node;

    StartedLine(ProductVersion version, Node node) {
        this.version = version;
        this.node = node;
    }

    @Override
    public void serverStarted(Server server) {
        LOG.info(
                "Posthaste {} takes jobs on port {} and delivers as {}, on the {}",
                version.number(),
                getLocalPort(server),
                node.scheduler().instance(),
                node.database());
    }
}
