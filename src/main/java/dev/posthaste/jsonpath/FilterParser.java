package dev.posthaste.jsonpath;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the condition of a filter, and holds to the types of functions. Not thread-safe. */
final class FilterParser {
    private final Scanner scanner;
    private final QueryParser queries;
    private final FunctionParser functions;

    FilterParser(Scanner scanner, QueryParser queries) {
        this.scanner = scanner;
        this.queries = queries;
        this.functions = new FunctionParser(scanner, this);
    }

    Condition condition() throws InvalidJsonPathException {
        List<Condition> conditions = new ArrayList<>();
        do {
            conditions.add(allOf());
        } while (scanner.take("||"));
        return conditions.size() == 1 ? conditions.get(0) : new Condition.AnyOf(conditions);
    }

    private Condition allOf() throws InvalidJsonPathException {
        List<Condition> conditions = new ArrayList<>();
        do {
            scanner.skipBlanks();
            conditions.add(basic());
            scanner.skipBlanks();
        } while (scanner.take("&&"));
        return conditions.size() == 1 ? conditions.get(0) : new Condition.AllOf(conditions);
    }

    private Condition basic() throws InvalidJsonPathException {
        if (scanner.take("!")) {
            scanner.skipBlanks();
            return new Condition.Not(scanner.peek() == '(' ? inParentheses() : test(expression()));
        }
        if (scanner.peek() == '(') {
            return inParentheses();
        }
        Expression left = expression();
        scanner.skipBlanks();
        Relation relation = relation();
        if (relation == null) {
            return test(left);
        }
        scanner.skipBlanks();
        return new Condition.Comparison(value(left), relation, value(expression()));
    }

    private Condition inParentheses() throws InvalidJsonPathException {
        scanner.require("(");
        queries.enter();
        Condition condition = condition();
        scanner.require(")");
        queries.leave();
        return condition;
    }

    /** A literal, a query or a call, before it is known what it stands for. */
    Expression expression() throws InvalidJsonPathException {
        char c = scanner.peek();
        if (c == '$' || c == '@') {
            return new Expression.Nodes(queries.query());
        }
        if (Literals.isAtString(scanner)) {
            return literal(new Json.Text(Literals.string(scanner)));
        }
        if (scanner.isAtInteger()) {
            return literal(Literals.number(scanner));
        }
        int start = scanner.position();
        for (String word : List.of("true", "false", "null")) {
            if (scanner.take(word) && scanner.peek() != '(') {
                return literal(new Json.Word(word));
            }
            scanner.returnTo(start);
        }
        queries.enter();
        Expression call = functions.call();
        queries.leave();
        return call;
    }

    /** The expression as one value. */
    Operand value(Expression expression) throws InvalidJsonPathException {
        if (expression instanceof Expression.Value value) {
            return value.operand();
        }
        if (expression instanceof Expression.Nodes nodes && nodes.query().isSingular()) {
            return new Operand.Only(nodes.query());
        }
        throw scanner.failure("expected a single value");
    }

    private Condition test(Expression expression) throws InvalidJsonPathException {
        if (expression instanceof Expression.Nodes nodes) {
            return new Condition.Exists(nodes.query());
        }
        if (expression instanceof Expression.Test test) {
            return test.condition();
        }
        throw scanner.failure("expected a comparison");
    }

    private @Nullable Relation relation() {
        if (scanner.take("==")) {
            return Relation.EQUAL;
        }
        if (scanner.take("!=")) {
            return Relation.NOT_EQUAL;
        }
        if (scanner.take("<=")) {
            return Relation.LESS_OR_EQUAL;
        }
        if (scanner.take(">=")) {
            return Relation.GREATER_OR_EQUAL;
        }
        if (scanner.take("<")) {
            return Relation.LESS;
        }
        return scanner.take(">") ? Relation.GREATER : null;
    }

    private static Expression literal(Json literal) {
        return new Expression.Value(new Operand.Literal(literal));
    }

    /** What an expression can stand for. */
    sealed interface Expression {
        /** Nodes, and so also whether there are any. */
        record Nodes(Query query) implements Expression {}

        /** One value. */
        record Value(Operand operand) implements Expression {}

        /** True or false, which are not JSON's. */
        record Test(Condition condition) implements Expression {}
    }
}
