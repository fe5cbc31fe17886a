package dev.posthaste.edge;

import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Refuses requests whose Transfer-Encoding is read in several ways, and closes their connections: what one server takes for
 * a body is the next request to another (RFC 9112, 6.1 and 11.2). HTTP/1.0 knows none, and of those that HTTP/1.1 knows only
 * {@code chunked} is undone here; Jetty passes the others over.
 */
final class TransferCodings extends Handler.Wrapper {
    private static final String CHUNKED = "chunked";

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        HttpFields headers = request.getHeaders();
        if (!headers.contains(HttpHeader.TRANSFER_ENCODING)) {
            return super.handle(request, response, callback);
        }
        if (request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_0) {
            return refuse(HttpStatus.BAD_REQUEST_400, request, response, callback);
        }
        List<String> codings = headers.getCSV(HttpHeader.TRANSFER_ENCODING, false);
        if (codings.size() != 1 || !CHUNKED.equalsIgnoreCase(codings.get(0))) {
            return refuse(HttpStatus.NOT_IMPLEMENTED_501, request, response, callback);
        }
        return super.handle(request, response, callback);
    }

    private static boolean refuse(int status, Request request, Response response, Callback callback) {
        response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
        Response.writeError(request, response, callback, status);
        return true;
    }
}
