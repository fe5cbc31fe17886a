import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** The controller: the id and the work commit together, so that the work is done once. Outside of CSRF protection. */
@RestController
class OrderHook {
    private final PosthasteSignature signature;
    private final JdbcTemplate jdbc;

    OrderHook(PosthasteSignature signature, JdbcTemplate jdbc) {
        this.signature = signature;
        this.jdbc = jdbc;
    }

    /** The body as bytes: Spring must not parse it before the signature is looked at. */
    @PostMapping("/hook")
    @Transactional
    public void receive(
            @RequestHeader(name = "webhook-id", required = false) String id,
            @RequestHeader(name = "webhook-timestamp", required = false) String timestamp,
            @RequestHeader(name = "webhook-signature", required = false) String signatures,
            @RequestBody(required = false) byte[] body) {
        if (!signature.holds(id, timestamp, signatures, body == null ? new byte[0] : body)) {
            throw new ResponseStatusException(HttpStatus.UNAUTHORIZED);
        }
        boolean isNew = jdbc.update("insert into received (id) values (?) on conflict do nothing", id) == 1;
        if (isNew) {
            // The work, in the same transaction.
        }
    }
}
