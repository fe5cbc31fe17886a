package dev.posthaste.web.files;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Makes one file of a page's modules, so that a browser asks once and not for each: each becomes a function of its own, called
 * in the order of their imports, so that their names stay apart. It knows what our modules and the vendored ones use of
 * imports and exports, and refuses anything else: circles, namespaces, exports of what changes.
 */
final class ModuleBundle {
    private static final Pattern IMPORT =
            Pattern.compile("^import (?:(\\w+)|\\{([^}]*)\\}) from \"([^\"]+)\";$", Pattern.MULTILINE);
    private static final Pattern DECLARED =
            Pattern.compile("^export (?=(?:async )?(?:function\\*?|class|const) +(\\w+)|const)", Pattern.MULTILINE);
    private static final Pattern LISTED = Pattern.compile("export ?\\{([^}]*)\\};?");
    private static final Pattern DEFAULT = Pattern.compile("export default ");
    private static final Pattern ANY = Pattern.compile("^(?:import|export)\\b(?!\\()", Pattern.MULTILINE);
    private static final Pattern MAP = Pattern.compile("^//# sourceMappingURL=.*$", Pattern.MULTILINE);
    private static final Pattern AS = Pattern.compile("(\\S+) as (\\S+)");

    private final Map<String, String> sources;
    private final Map<String, String> names = new LinkedHashMap<>();
    private final List<String> opened = new ArrayList<>();
    private final StringBuilder bundle = new StringBuilder();

    private ModuleBundle(Map<String, String> sources) {
        this.sources = sources;
    }

    /**
     * Bundles what a module imports, and what that imports.
     *
     * @param sources modules by their paths
     * @param entry the path of the module that a page names; the bundle stands for it, under the same path
     * @throws IllegalStateException when there is something in them that this does not know
     */
    static String of(Map<String, String> sources, String entry) {
        ModuleBundle bundle = new ModuleBundle(sources);
        bundle.add(entry);
        return bundle.bundle.toString();
    }

    /** The name of what the module exports. */
    private String add(String path) {
        String known = names.get(path);
        if (known != null) {
            return known;
        }
        String source = sources.get(path);
        if (source == null) {
            throw new IllegalStateException("there is no module " + path);
        }
        if (opened.contains(path)) {
            throw new IllegalStateException("modules import each other in a circle: " + opened + " and " + path);
        }
        opened.add(path);
        String body = MAP.matcher(source).replaceAll("");
        body = IMPORT.matcher(body).replaceAll(one -> Matcher.quoteReplacement(imported(path, one)));
        List<String> exports = new ArrayList<>();
        body = exported(body, exports);
        if (ANY.matcher(body).find()) {
            throw new IllegalStateException("an import or export of " + path + " is of a kind that is not known");
        }
        opened.remove(path);
        String name = "module" + names.size();
        names.put(path, name);
        bundle.append("// ")
                .append(path)
                .append("\nconst ")
                .append(name)
                .append(" = (() => {\n")
                .append(body)
                .append("\nreturn { ")
                .append(String.join(", ", exports))
                .append(" };\n})();\n");
        return name;
    }

    private String imported(String path, MatchResult statement) {
        Path folder = Path.of(path).resolveSibling(statement.group(3)).normalize();
        String from = add(folder.toString().replace('\\', '/'));
        String what = statement.group(1) == null
                ? AS.matcher(statement.group(2)).replaceAll("$1: $2")
                : "default: " + statement.group(1);
        return "const { " + what.strip() + " } = " + from + ";";
    }

    private static String exported(String source, List<String> exports) {
        String body = DECLARED.matcher(source).replaceAll(one -> {
            if (one.group(1) == null) {
                throw new IllegalStateException("an export without a name of its own");
            }
            exports.add(one.group(1));
            return "";
        });
        body = LISTED.matcher(body).replaceAll(one -> {
            exports.add(List.of(one.group(1).strip().split("\\s*,\\s*")).stream()
                    .map(name -> AS.matcher(name).replaceAll("$2: $1"))
                    .collect(Collectors.joining(", ")));
            return "";
        });
        Matcher ofDefault = DEFAULT.matcher(body);
        if (ofDefault.find()) {
            exports.add("default: exportedDefault");
            body = ofDefault.replaceFirst("const exportedDefault = ");
        }
        return body;
    }
}
