package dev.posthaste.web;

import com.google.common.base.Suppliers;
import dev.posthaste.web.http.JarFiles;
import dev.posthaste.web.http.PageHeaders;
import dev.posthaste.web.http.SharedAnswer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The description of the API as a page for people, who can try calls on it. It asks for no file of another host, and
 * everything that it links to is relative: it works under any prefix.
 */
@Path("/docs")
@Produces(MediaType.WILDCARD)
public final class DocsResource {
    private static final String FOLDER = "/openapi/";
    private static final String VENDORED = FOLDER + "vendor/";
    private static final String SCRIPT = "text/javascript;charset=utf-8";
    private static final String STYLE = "text/css;charset=utf-8";
    private static final int PERMANENT_REDIRECT = 308;

    /**
     * Swagger UI sets styles in elements, has pictures in its style sheet, and sets HTML that it has cleaned by one policy as
     * text, which {@code init.js} looks at by another.
     */
    private static final String POLICY = String.join(
            "; ",
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types dompurify default");

    private static final PageHeaders HEADERS = new PageHeaders(POLICY);

    private final Supplier<SharedAnswer> page = fromJar(FOLDER + "docs.html", "text/html;charset=utf-8");
    private final Map<String, Supplier<SharedAnswer>> parts = Map.of(
            "docs.css", fromJar(FOLDER + "docs.css", STYLE),
            "init.js", fromJar(FOLDER + "init.js", SCRIPT),
            "swagger-ui.css", fromJar(VENDORED + "swagger-ui.css", STYLE),
            "swagger-ui-bundle.js", fromJar(VENDORED + "swagger-ui-bundle.js", SCRIPT));

    /** The page; with a slash behind it its links would lead astray. */
    @GET
    public Response page(
            @Context HttpServletRequest call,
            @HeaderParam(HttpHeaders.ACCEPT_ENCODING) @Nullable String acceptEncoding,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch) {
        return call.getRequestURI().endsWith("/")
                ? Response.status(PERMANENT_REDIRECT)
                        .header(HttpHeaders.LOCATION, "../docs")
                        .build()
                : guarded(page.get().to(acceptEncoding, ifNoneMatch));
    }

    /** What the page is made of. */
    @GET
    @Path("/{file}")
    public Response part(
            @PathParam("file") String file,
            @HeaderParam(HttpHeaders.ACCEPT_ENCODING) @Nullable String acceptEncoding,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch) {
        Supplier<SharedAnswer> part = parts.get(file);
        if (part == null) {
            throw new NotFoundException();
        }
        return guarded(part.get().to(acceptEncoding, ifNoneMatch));
    }

    private static Response guarded(Response.ResponseBuilder answer) {
        HEADERS.addTo(answer);
        return answer.build();
    }

    /** Read and packed when somebody asks for it, and kept: two megabytes that most servers never need. */
    private static Supplier<SharedAnswer> fromJar(String name, String type) {
        return Suppliers.memoize(() -> JarFiles.answer(name, type));
    }
}
