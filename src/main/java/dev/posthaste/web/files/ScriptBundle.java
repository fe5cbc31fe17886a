package dev.posthaste.web.files;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One script made of the modules that a module imports, so that a page needs one request for all of them and their source stays
 * in small files. Each becomes a function that is called once, after those that it imports. It knows the forms of import and
 * export that our modules and the vendored ones have, and refuses others. For one thread.
 */
final class ScriptBundle {
    private static final Pattern IMPORT =
            Pattern.compile("(?m)^import\\s+(?:(\\w+)|\\{([^}]*)\\})\\s+from\\s+\"([^\"]+)\";$");
    private static final Pattern DECLARED =
            Pattern.compile("(?m)^export (?=(?:const|class|function\\*?|async function)\\s+(\\w+))");
    private static final Pattern LISTED = Pattern.compile("export\\s*\\{([^}]*)\\};?");
    private static final Pattern DEFAULT = Pattern.compile("export default ");
    private static final Pattern AS = Pattern.compile("([\\w$]+)\\s+as\\s+([\\w$]+)");
    private static final Pattern LEFT_OVER = Pattern.compile("(?m)^(?:import|export)\\b(?!\\()");

    /** It names a file that is not there. */
    private static final Pattern SOURCE_MAP = Pattern.compile("(?m)^//# sourceMappingURL=.*$");

    private final UnaryOperator<String> sources;
    private final Map<String, String> names = new HashMap<>();
    private final StringBuilder script = new StringBuilder();

    private ScriptBundle(UnaryOperator<String> sources) {
        this.sources = sources;
    }

    /**
     * The script of a module.
     *
     * @param entry the module's path
     * @param sources the source of the module of a path
     * @throws IllegalStateException for modules that import one another, and for forms that are not known
     */
    static String of(String entry, UnaryOperator<String> sources) {
        ScriptBundle bundle = new ScriptBundle(sources);
        bundle.nameOf(entry);
        return bundle.script.toString();
    }

    private String nameOf(String path) {
        String known = names.get(path);
        if (known != null) {
            if (known.isEmpty()) {
                throw new IllegalStateException("the module " + path + " imports itself by way of others");
            }
            return known;
        }
        names.put(path, "");
        String name = "m" + names.size() + "_" + path.replaceAll("\\W", "_");
        String module = wrapped(path);
        names.put(path, name);
        script.append("// ").append(path).append("\nconst ").append(name).append(" = (() => {\n");
        script.append(module).append("})();\n");
        return name;
    }

    private String wrapped(String path) {
        List<String> exports = new ArrayList<>();
        String text = SOURCE_MAP.matcher(sources.apply(path)).replaceAll("");
        text = replace(IMPORT, text, found -> importOf(path, found));
        text = replace(DEFAULT, text, found -> {
            exports.add("default: $default");
            return "const $default = ";
        });
        text = replace(DECLARED, text, found -> {
            exports.add(found.group(1));
            return "";
        });
        text = replace(LISTED, text, found -> {
            exports.add(AS.matcher(found.group(1)).replaceAll("$2: $1"));
            return "";
        });
        if (LEFT_OVER.matcher(text).find()) {
            throw new IllegalStateException(
                    "the module " + path + " imports or exports in a way that is not known here");
        }
        return text + "\nreturn { " + String.join(", ", exports) + " };\n";
    }

    private String importOf(String path, MatchResult found) {
        String from = nameOf(resolved(path, found.group(3)));
        return found.group(1) == null
                ? "const {" + AS.matcher(found.group(2)).replaceAll("$1: $2") + "} = " + from + ";"
                : "const { default: " + found.group(1) + " } = " + from + ";";
    }

    private static String resolved(String path, String relative) {
        return URI.create(path).resolve(relative).toString();
    }

    private static String replace(Pattern pattern, String text, Function<MatchResult, String> by) {
        return pattern.matcher(text).replaceAll(found -> Matcher.quoteReplacement(by.apply(found)));
    }
}
