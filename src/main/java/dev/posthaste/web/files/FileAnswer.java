package dev.posthaste.web.files;

import dev.posthaste.web.http.PageHeaders;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.glassfish.jersey.process.Inflector;

/** Answers with one file, or with 304 to who has it already. Thread-safe. */
final class FileAnswer implements Inflector<ContainerRequestContext, Response> {
    private final StaticFile file;
    private final PageHeaders headers;

    FileAnswer(StaticFile file, PageHeaders headers) {
        this.file = file;
        this.headers = headers;
    }

    @Override
    public Response apply(ContainerRequestContext request) {
        Response.ResponseBuilder answer = file.content()
                .to(
                        request.getHeaderString(HttpHeaders.ACCEPT_ENCODING),
                        request.getHeaderString(HttpHeaders.IF_NONE_MATCH));
        headers.addTo(answer);
        return answer.build();
    }
}
