package dev.posthaste.web;

import com.google.common.base.Suppliers;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.util.function.Supplier;

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
    public Response json(@Context Request call) {
        return files.get().json().answer(call).build();
    }

    /** As it was written. */
    @GET
    @Path("openapi.yaml")
    public Response yaml(@Context Request call) {
        return files.get().yaml().answer(call).build();
    }
}
