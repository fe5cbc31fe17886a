package dev.posthaste.teams;

import dev.posthaste.contract.ContractName;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The scopes of one token, in the contract's order. Immutable. */
public record Scopes(Set<Scope> all) {
    /** Those of a token that was made without naming any. */
    public static final Scopes EVERY = new Scopes(EnumSet.allOf(Scope.class));

    public Scopes {
        // A set that keeps the order of the enum, whatever it was made from.
        EnumSet<Scope> ordered = EnumSet.noneOf(Scope.class);
        ordered.addAll(all);
        all = Collections.unmodifiableSet(ordered);
    }

    /**
     * As the table has them: null and none mean all. A name that this build does not know, because a later one has
     * written it, is a scope that nobody here asks for.
     */
    static Scopes ofTable(String @Nullable [] names) {
        if (names == null || names.length == 0) {
            return EVERY;
        }
        EnumSet<Scope> known = EnumSet.noneOf(Scope.class);
        for (String name : names) {
            ContractName.find(Scope.class, name).ifPresent(known::add);
        }
        return new Scopes(known);
    }

    /**
     * Reads names that are separated by commas or blanks.
     *
     * @param text null for every scope: what is given and names none is a mistake, not everything
     * @throws IllegalArgumentException with a sentence when one of them is no scope, or there are none
     */
    public static Scopes parse(@Nullable String text) {
        if (text == null) {
            return EVERY;
        }
        EnumSet<Scope> named = EnumSet.noneOf(Scope.class);
        for (String name : text.split("[,\\s]+", -1)) {
            if (!name.isEmpty()) {
                named.add(ContractName.find(Scope.class, name)
                        .orElseThrow(() -> new IllegalArgumentException("There is no scope " + name + "; there are "
                                + String.join(", ", EVERY.names()) + ".")));
            }
        }
        if (named.isEmpty()) {
            throw new IllegalArgumentException(
                    "The scopes that are given name none; a token has every scope when they are"
                            + " left out altogether. There are " + String.join(", ", EVERY.names()) + ".");
        }
        return new Scopes(named);
    }

    public boolean has(Scope scope) {
        return all.contains(scope);
    }

    /** The first of the wanted ones that is not among these; empty when all are. */
    public Optional<Scope> firstMissing(Scopes wanted) {
        return wanted.all.stream().filter(scope -> !has(scope)).findFirst();
    }

    /** As the contract spells them. */
    public List<String> names() {
        return all.stream().map(Scope::contractName).toList();
    }

    /** For the table: null for all, so that a scope that comes later is among them. */
    String @Nullable [] forTable() {
        return all.size() == Scope.values().length ? null : names().toArray(String[]::new);
    }

    /** For a list that people read. */
    @Override
    public String toString() {
        return all.size() == Scope.values().length ? "all" : String.join(",", names());
    }
}
