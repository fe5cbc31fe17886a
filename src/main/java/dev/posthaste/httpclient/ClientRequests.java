package dev.posthaste.httpclient;

import dev.posthaste.delivery.OutboundRequest;
import dev.posthaste.jobs.TargetUrl;
import java.net.URI;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.net.URIAuthority;

/** What is to be sent, in HttpClient's words. */
final class ClientRequests {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private ClientRequests() {}

    static HttpUriRequestBase of(OutboundRequest outbound) {
        TargetUrl url = outbound.url();
        int port = explicitPort(url);
        HttpUriRequestBase request = new HttpUriRequestBase(outbound.method(), URI.create("/"));
        request.setScheme(url.scheme());
        request.setAuthority(new URIAuthority(url.host(), port));
        request.setPath(url.pathAndQuery());
        if (url.host().indexOf(':') >= 0) {
            // HttpClient knows an IPv6 address by its form, and not that with a dotted end.
            request.addHeader(HttpHeaders.HOST, "[" + url.host() + "]" + (port < 0 ? "" : ":" + port));
        }
        outbound.headers().forEach(request::addHeader);
        if (outbound.body() != null) {
            request.setEntity(new TextEntity(outbound.body()));
        }
        return request;
    }

    static HttpHost target(TargetUrl url) {
        return new HttpHost(url.scheme(), url.host(), url.port());
    }

    /** The Host header leaves out the scheme's own port (RFC 9110, section 7.2). */
    private static int explicitPort(TargetUrl url) {
        boolean isDefault = url.port() == (url.scheme().equals("http") ? HTTP_PORT : HTTPS_PORT);
        return isDefault ? -1 : url.port();
    }
}
