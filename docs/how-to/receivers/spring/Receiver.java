import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/** The same without Spring, to try it out: SECRET=whsec_… DONE=/tmp/done PORT=9000 java -cp . Receiver */
public final class Receiver {
    private static final PosthasteSignature SIGNATURE = new PosthasteSignature(System.getenv("SECRET"));
    private static final Path DONE = Path.of(System.getenv("DONE"));
    private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();

    public static void main(String[] arguments) throws IOException {
        if (Files.exists(DONE)) {
            SEEN.addAll(Files.readAllLines(DONE));
        }
        HttpServer server =
                HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(System.getenv("PORT"))), 100);
        server.createContext("/hook", Receiver::receive);
        server.setExecutor(Executors.newFixedThreadPool(8));
        server.start();
    }

    private static void receive(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String id = exchange.getRequestHeaders().getFirst("webhook-id");
        boolean holds = SIGNATURE.holds(
                id,
                exchange.getRequestHeaders().getFirst("webhook-timestamp"),
                exchange.getRequestHeaders().getFirst("webhook-signature"),
                body);
        String answer = holds ? "{\"done\":true,\"before\":" + !doOnce(id) + "}" : "{\"error\":\"The signature does not hold.\"}";
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(holds ? 200 : 401, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** In earnest a row of a table, in the transaction of the work. */
    private static synchronized boolean doOnce(String id) throws IOException {
        if (!SEEN.add(id)) {
            return false;
        }
        Files.writeString(DONE, id + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return true;
    }
}
