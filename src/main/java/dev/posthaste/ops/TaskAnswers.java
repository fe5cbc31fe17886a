package dev.posthaste.ops;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;

/** Lets tasks answer with a status: Dropwizard hands them nothing but what they write to. Thread-safe. */
public final class TaskAnswers extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final int UNPROCESSABLE = 422;

    @Override
    protected void doFilter(HttpServletRequest call, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        chain.doFilter(call, new HttpServletResponseWrapper(response) {
            @Override
            public PrintWriter getWriter() throws IOException {
                return new Answer(response);
            }
        });
    }

    /** What a task writes to. */
    static final class Answer extends PrintWriter {
        private final HttpServletResponse response;

        private Answer(HttpServletResponse response) throws IOException {
            super(response.getWriter());
            this.response = response;
        }

        /** The task has done nothing, for the reason that the sentence says. */
        void refuse(String sentence) {
            answer(UNPROCESSABLE, sentence);
        }

        /** Nobody knows whether the task has done it. */
        void unavailable(String sentence) {
            answer(HttpServletResponse.SC_SERVICE_UNAVAILABLE, sentence);
        }

        private void answer(int status, String sentence) {
            response.setStatus(status);
            println(sentence);
        }
    }
}
