package dev.posthaste.cli;

import ch.qos.logback.classic.Level;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Goes through a configuration's text for what its reader would pass over in silence: of a key that is given twice the
 * last one counts, and a level of logging that is none counts as INFO.
 */
final class SettingLines {
    private final JsonParser parser;
    private final List<String> errors = new ArrayList<>();

    private SettingLines(JsonParser parser) {
        this.parser = parser;
    }

    /**
     * What is wrong, each with the setting and its line.
     *
     * @throws IOException when the text cannot be parsed
     */
    static List<String> errors(JsonParser parser) throws IOException {
        SettingLines lines = new SettingLines(parser);
        parser.nextToken();
        lines.read(List.of());
        return lines.errors;
    }

    private void read(List<String> path) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            readObject(path);
        } else if (token == JsonToken.START_ARRAY) {
            for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                read(with(path, "[" + i + "]"));
            }
        } else if ((token == JsonToken.VALUE_STRING || token.isNumeric())
                && isLevel(path)
                && !isKnown(parser.getText())) {
            errors.add(told(path) + " in line " + line() + " is " + parser.getText()
                    + ": it must be OFF, ERROR, WARN, INFO, DEBUG, TRACE or ALL");
        }
    }

    private void readObject(List<String> path) throws IOException {
        Map<String, Integer> seen = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            List<String> setting = with(path, name);
            Integer first = seen.putIfAbsent(name, line());
            if (first != null) {
                errors.add(told(setting) + " is given twice, in line " + first + " and in line " + line());
            }
            parser.nextToken();
            read(setting);
        }
    }

    private int line() {
        return parser.currentTokenLocation().getLineNr();
    }

    /** The root's, a logger's by itself or beside appenders of its own, and the least that an appender takes. */
    private static boolean isLevel(List<String> path) {
        int size = path.size();
        return path.equals(List.of("logging", "level"))
                || (size >= 3
                        && path.subList(0, 2).equals(List.of("logging", "loggers"))
                        && (size == 3 || (size == 4 && path.get(3).equals("level"))))
                || (size >= 4
                        && path.get(size - 3).equals("appenders")
                        && path.get(size - 1).equals("threshold"));
    }

    /** As Dropwizard reads it: YAML takes {@code off} for a boolean, which stands for OFF, as the other one does for ALL. */
    private static boolean isKnown(String level) {
        return level.equals("true") || level.equals("false") || Level.toLevel(level, null) != null;
    }

    private static List<String> with(List<String> path, String step) {
        List<String> longer = new ArrayList<>(path);
        longer.add(step);
        return longer;
    }

    private static String told(List<String> path) {
        return String.join(".", path).replace(".[", "[");
    }
}
