package dev.posthaste.jsonpath;

import java.util.List;

/** A JSONPath query. Immutable. */
public final class JsonPath {
    private final String text;
    private final Query query;

    private JsonPath(String text, Query query) {
        this.text = text;
        this.query = query;
    }

    /**
     * Reads a query by the grammar of RFC 9535, its types of functions included. Beyond the RFC, a regular expression
     * that stands in the query must be one: there it would silently never match.
     */
    public static JsonPath parse(String text) throws InvalidJsonPathException {
        return new JsonPath(text, new QueryParser(text).parse());
    }

    /**
     * The nodes that the query selects, in its order.
     *
     * @throws TooMuchWorkException when that takes more work than one evaluation may
     */
    public List<Json> select(Json document) {
        return query.select(document, new Evaluation(document));
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonPath path && path.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }
}
