package dev.posthaste.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;

/** Posthaste's tables, by its migrations. */
final class PosthasteTables {
    private PosthasteTables() {}

    static void create(PooledDatabase database) throws IOException, SQLException {
        for (String file : new String[] {"0001-posthaste.sql", "0002-quartz.sql"}) {
            try (InputStream migration = PosthasteTables.class.getResourceAsStream("/db/" + file)) {
                if (migration == null) {
                    throw new IOException("There is no migration " + file);
                }
                database.execute(new String(migration.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
    }
}
