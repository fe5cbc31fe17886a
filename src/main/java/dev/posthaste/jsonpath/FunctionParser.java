package dev.posthaste.jsonpath;

import dev.posthaste.jsonpath.FilterParser.Expression;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads calls of the five functions that RFC 9535 has, and checks their arguments. Not thread-safe. */
final class FunctionParser {
    private final Scanner scanner;
    private final FilterParser filters;

    FunctionParser(Scanner scanner, FilterParser filters) {
        this.scanner = scanner;
        this.filters = filters;
    }

    Expression call() throws InvalidJsonPathException {
        String name = name();
        scanner.require("(");
        List<Expression> arguments = arguments();
        scanner.require(")");
        return switch (name) {
            case "length" -> new Expression.Value(new Operand.Length(filters.value(only(arguments))));
            case "count" -> new Expression.Value(new Operand.Count(nodes(only(arguments))));
            case "value" -> new Expression.Value(new Operand.Only(nodes(only(arguments))));
            case "match" -> matches(arguments, true);
            case "search" -> matches(arguments, false);
            default -> throw scanner.failure("there is no function " + name);
        };
    }

    private String name() throws InvalidJsonPathException {
        int start = scanner.position();
        for (char c = scanner.peek(); isLetter(c); c = scanner.peek()) {
            scanner.next();
        }
        if (scanner.position() == start) {
            throw scanner.failure("expected a query, a literal or a function");
        }
        return scanner.since(start);
    }

    private List<Expression> arguments() throws InvalidJsonPathException {
        List<Expression> arguments = new ArrayList<>();
        scanner.skipBlanks();
        if (scanner.peek() == ')') {
            return arguments;
        }
        do {
            scanner.skipBlanks();
            arguments.add(filters.expression());
            scanner.skipBlanks();
        } while (scanner.take(","));
        return arguments;
    }

    private Expression only(List<Expression> arguments) throws InvalidJsonPathException {
        if (arguments.size() != 1) {
            throw scanner.failure("expected one argument");
        }
        return arguments.get(0);
    }

    private Query nodes(Expression argument) throws InvalidJsonPathException {
        if (argument instanceof Expression.Nodes nodes) {
            return nodes.query();
        }
        throw scanner.failure("expected a query as argument");
    }

    private Expression matches(List<Expression> arguments, boolean isWhole) throws InvalidJsonPathException {
        if (arguments.size() != 2) {
            throw scanner.failure("expected two arguments");
        }
        Operand text = filters.value(arguments.get(0));
        Operand pattern = filters.value(arguments.get(1));
        Regexp compiled = null;
        if (pattern instanceof Operand.Literal literal && literal.literal() instanceof Json.Text string) {
            Optional<Regexp> regexp = Regexp.compile(string.text());
            compiled =
                    regexp.orElseThrow(() -> scanner.failure("no regular expression by RFC 9485, or too large a one"));
        }
        return new Expression.Test(new Condition.Matches(text, pattern, compiled, isWhole));
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || c == '_' || Scanner.isDigit(c);
    }
}
