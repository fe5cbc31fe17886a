package dev.posthaste.web;

import com.google.common.base.Suppliers;
import dev.posthaste.web.http.SharedAnswer;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The description of the API (OpenAPI 3.1), for programs; without a token, because it tells nothing of anybody. */
@Path("/")
@Produces(MediaType.WILDCARD)
public final class DescriptionResource {
    private final Supplier<DescriptionFiles> files;

    /** @param version of this build */
    DescriptionResource(String version) {
        // Once, when somebody asks: most servers are never asked, and a start does not wait for it.
        this.files = Suppliers.memoize(() -> DescriptionFiles.read(version));
    }

    /** As programs read it. */
    @GET
    @Path("openapi.json")
    public Response json(
            @HeaderParam(HttpHeaders.ACCEPT_ENCODING) @Nullable String acceptEncoding,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch) {
        return answer(files.get().json(), acceptEncoding, ifNoneMatch);
    }

    /** As it was written. */
    @GET
    @Path("openapi.yaml")
    public Response yaml(
            @HeaderParam(HttpHeaders.ACCEPT_ENCODING) @Nullable String acceptEncoding,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch) {
        return answer(files.get().yaml(), acceptEncoding, ifNoneMatch);
    }

    private static Response answer(SharedAnswer file, @Nullable String acceptEncoding, @Nullable String ifNoneMatch) {
        return file.to(acceptEncoding, ifNoneMatch)
                .header("X-Content-Type-Options", "nosniff")
                .build();
    }
}
