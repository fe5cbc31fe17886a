import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * A Spring Boot application around the controller of the docs, with what its own annotation would bring but the search for
 * components: there is none in the default package.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import({OrderHook.class, Application.Orders.class})
public class Application {
    public static void main(String[] arguments) {
        SpringApplication.run(Application.class, arguments);
    }

    @Bean
    PosthasteSignature posthasteSignature(@Value("${posthaste.secret}") String secret) {
        return new PosthasteSignature(secret);
    }

    /** Tells the test what was done, a line for each time. */
    @RestController
    static class Orders {
        private final JdbcTemplate jdbc;

        Orders(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @GetMapping("/orders")
        String done() {
            List<String> ids = jdbc.queryForList("select received_as from orders", String.class);
            return String.join("\n", ids) + "\n";
        }
    }
}
