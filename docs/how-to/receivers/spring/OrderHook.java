import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** The controller: the id and the work commit together, so that the work is done once. Outside of CSRF protection. */
@RestController
class OrderHook {
    private static final int LONGEST_BODY = 2 << 20;

    private final PosthasteSignature signature;
    private final TransactionOperations transactions;
    private final JdbcTemplate jdbc;

    OrderHook(PosthasteSignature signature, TransactionOperations transactions, JdbcTemplate jdbc) {
        this.signature = signature;
        this.transactions = transactions;
        this.jdbc = jdbc;
    }

    /** The body as a stream: as a byte[] Spring would give that of a form anew, made from what it has parsed. */
    @PostMapping("/hook")
    Map<String, Boolean> receive(
            @RequestHeader(name = "webhook-id", required = false) String id,
            @RequestHeader(name = "webhook-timestamp", required = false) String timestamp,
            @RequestHeader(name = "webhook-signature", required = false) String signatures,
            InputStream stream)
            throws IOException {
        // What is longer does not verify.
        byte[] body = stream.readNBytes(LONGEST_BODY);
        if (!signature.holds(id, timestamp, signatures, body)) {
            throw new ResponseStatusException(HttpStatus.UNAUTHORIZED);
        }
        // Not before: anybody could take up the connections to the database.
        boolean isNew = Boolean.TRUE.equals(transactions.execute(status -> doOnce(id, body)));
        return Map.of("done", true, "before", !isNew);
    }

    private boolean doOnce(String id, byte[] body) {
        // create table received (id text primary key, at timestamptz not null default now())
        boolean isNew = jdbc.update("insert into received (id) values (?) on conflict do nothing", id) == 1;
        if (isNew) {
            // The work, in the same transaction.
            jdbc.update(
                    "insert into orders (received_as, body) values (?, ?)",
                    id,
                    new String(body, StandardCharsets.UTF_8));
        }
        return isNew;
    }
}
