package dev.posthaste.web.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes a Content-Type that cannot be read, or that is a form's, for one that is not JSON and nothing else: who reads the
 * body refuses it with 415. Of the first kind Jersey would refuse the whole request with 400, of the second it would wait
 * for the body, both before anybody has asked for the token.
 */
public final class ReadableTypes extends HttpFilter {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        RawCall.keep(request);
        chain.doFilter(isReadable(request.getContentType()) ? request : new WithoutType(request), response);
    }

    private static boolean isReadable(@Nullable String type) {
        try {
            return type == null
                    || BodyType.isUsual(type)
                    || !MediaType.APPLICATION_FORM_URLENCODED_TYPE.isCompatible(MediaType.valueOf(type));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static final class WithoutType extends HttpServletRequestWrapper {
        WithoutType(HttpServletRequest request) {
            super(request);
        }

        @Override
        public String getContentType() {
            return MediaType.APPLICATION_OCTET_STREAM;
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            return name.equalsIgnoreCase(HttpHeaders.CONTENT_TYPE)
                    ? Collections.enumeration(List.of(MediaType.APPLICATION_OCTET_STREAM))
                    : super.getHeaders(name);
        }
    }
}
