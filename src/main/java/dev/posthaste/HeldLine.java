package dev.posthaste;

import dev.posthaste.queues.QueueHolds;
import dev.posthaste.recurring.CronHolds;
import io.dropwizard.lifecycle.ServerLifecycleListener;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.eclipse.jetty.server.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says at a start that a restore holds things back: whoever forgot it would look for his jobs everywhere else. */
final class HeldLine implements ServerLifecycleListener {
    private static final Logger LOG = LoggerFactory.getLogger(HeldLine.class);

    private final DataSource database;

    HeldLine(DataSource database) {
        this.database = database;
    }

    @Override
    public void serverStarted(Server server) {
        try (Connection connection = database.getConnection()) {
            int queues = new QueueHolds().held(connection).size();
            int crons = new CronHolds().held(connection).size();
            if (queues + crons > 0) {
                LOG.warn(
                        "A restore holds {} queues and {} crons, which send nothing, nor their callbacks, until somebody lets"
                                + " them go on: by \"db restore-release\", or by resuming them",
                        queues,
                        crons);
            }
        } catch (SQLException e) {
            LOG.warn("Whether a restore holds anything could not be read: {}", e.getMessage());
        }
    }
}
