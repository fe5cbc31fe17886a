package dev.posthaste.jsonpath;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads queries by the grammar of RFC 9535. One for each text; not thread-safe. */
final class QueryParser {
    private static final int DEEPEST = 10;

    private final Scanner scanner;
    private final FilterParser filters;
    private int depth;

    QueryParser(String text) {
        this.scanner = new Scanner(text);
        this.filters = new FilterParser(scanner, this);
    }

    Query parse() throws InvalidJsonPathException {
        if (scanner.peek() != '$') {
            throw scanner.failure("expected $");
        }
        Query query = query();
        if (!scanner.isAtEnd()) {
            throw scanner.failure("expected . or [");
        }
        return query;
    }

    /** From {@code $} or {@code @} on. */
    Query query() throws InvalidJsonPathException {
        boolean isAbsolute = scanner.next() == '$';
        List<Segment> segments = new ArrayList<>();
        while (true) {
            int before = scanner.position();
            scanner.skipBlanks();
            if (scanner.peek() == '[') {
                segments.add(new Segment(false, bracketed()));
            } else if (scanner.take("..")) {
                segments.add(new Segment(true, scanner.peek() == '[' ? bracketed() : List.of(dotted())));
            } else if (scanner.take(".")) {
                segments.add(new Segment(false, List.of(dotted())));
            } else {
                scanner.returnTo(before);
                return new Query(isAbsolute, segments);
            }
        }
    }

    private Selector dotted() throws InvalidJsonPathException {
        return scanner.take("*") ? new Selector.Wildcard() : new Selector.Name(Literals.shorthand(scanner));
    }

    private List<Selector> bracketed() throws InvalidJsonPathException {
        scanner.require("[");
        enter();
        List<Selector> selectors = new ArrayList<>();
        do {
            scanner.skipBlanks();
            selectors.add(selector());
            scanner.skipBlanks();
        } while (scanner.take(","));
        scanner.require("]");
        leave();
        return selectors;
    }

    private Selector selector() throws InvalidJsonPathException {
        if (Literals.isAtString(scanner)) {
            return new Selector.Name(Literals.string(scanner));
        }
        if (scanner.take("*")) {
            return new Selector.Wildcard();
        }
        if (scanner.take("?")) {
            return new Selector.Filter(filters.condition());
        }
        Long index = scanner.isAtInteger() ? scanner.integer() : null;
        int before = scanner.position();
        scanner.skipBlanks();
        if (scanner.take(":")) {
            return slice(index);
        }
        scanner.returnTo(before);
        if (index == null) {
            throw scanner.failure("expected a selector");
        }
        return new Selector.Index(index);
    }

    private Selector slice(@Nullable Long start) throws InvalidJsonPathException {
        scanner.skipBlanks();
        Long end = scanner.isAtInteger() ? scanner.integer() : null;
        scanner.skipBlanks();
        long step = 1;
        if (scanner.take(":")) {
            scanner.skipBlanks();
            step = scanner.isAtInteger() ? scanner.integer() : 1;
        }
        return new Selector.Slice(start, end, step);
    }

    void enter() throws InvalidJsonPathException {
        if (++depth > DEEPEST) {
            throw scanner.failure("it is nested too deep");
        }
    }

    void leave() {
        depth--;
    }
}
