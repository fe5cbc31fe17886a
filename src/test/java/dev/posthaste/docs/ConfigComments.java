package dev.posthaste.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What config.yml says of its settings: the comment above each, and the variable that it is read from. */
final class ConfigComments {
    private static final Pattern KEY = Pattern.compile("^( *)([A-Za-z]+):(.*)$");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+):-");

    private final Map<String, String> comments = new HashMap<>();
    private final Map<String, String> variables = new HashMap<>();

    private ConfigComments() {}

    static ConfigComments read() throws IOException {
        ConfigComments read = new ConfigComments();
        List<String> path = new ArrayList<>();
        StringBuilder comment = new StringBuilder();
        for (String line : Files.readAllLines(Path.of("config.yml"))) {
            Matcher key = KEY.matcher(line);
            if (line.strip().startsWith("#")) {
                comment.append(comment.isEmpty() ? "" : " ")
                        .append(line.strip().substring(1).strip());
            } else if (key.matches()) {
                int depth = key.group(1).length() / 2;
                while (path.size() > depth) {
                    path.remove(path.size() - 1);
                }
                path.add(key.group(2));
                String name = String.join(".", path);
                read.comments.put(name, comment.toString());
                Matcher variable = VARIABLE.matcher(key.group(3));
                if (variable.find()) {
                    read.variables.put(name, "`" + variable.group(1) + "`");
                }
                comment.setLength(0);
            } else {
                comment.setLength(0);
            }
        }
        return read;
    }

    /** Empty where nothing is said. */
    String of(String path) {
        return comments.getOrDefault(path, "").replace("|", "\\|");
    }

    /** Empty where there is none. */
    String variable(String path) {
        return variables.getOrDefault(path, "");
    }
}
