package dev.posthaste.postgres;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a migration must not do that nodes of an older build are to bear, and under which they go on. */
final class ExpandingSql {
    private static final Map<String, Pattern> FORBIDDEN = new TreeMap<>(Map.of(
            "takes something away",
            Pattern.compile("\\b(drop|truncate)\\b"),
            "renames",
            Pattern.compile("\\brename\\b"),
            "changes a type, which rewrites the table",
            Pattern.compile("\\balter column \\S+ (set data )?type\\b"),
            "has older builds' rows refused",
            Pattern.compile("\\bset not null\\b|\\badd column (?!.*\\bdefault\\b).*\\bnot null\\b"),
            "fills each row, which rewrites the table",
            Pattern.compile("\\badd column .*\\bdefault (?!now\\(\\))\\S*\\(|\\badd column .*\\bgenerated\\b"),
            "looks at each row with the table locked",
            Pattern.compile(
                    "\\balter table (?!.*\\bnot valid\\b).*\\badd (constraint|check|foreign|primary|unique)\\b"),
            "locks a table for itself",
            Pattern.compile("\\block table\\b|\\bvacuum full\\b|^cluster\\b")));

    private static final Pattern CREATED = Pattern.compile("\\bcreate table (?:if not exists )?(\\w+)");
    private static final Pattern INDEX = Pattern.compile("\\bcreate (?:unique )?index (?!concurrently).*?\\bon (\\w+)");

    private ExpandingSql() {}

    /** What the statements of a migration do that they must not. */
    static List<String> faults(String sql) {
        String plain = sql.replaceAll("(?m)--.*$", "").toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
        List<String> faults = new ArrayList<>();
        Set<String> created = new HashSet<>();
        for (String statement : plain.split(";", -1)) {
            String one = statement.strip();
            FORBIDDEN.forEach((why, pattern) -> {
                if (pattern.matcher(one).find()) {
                    faults.add(why + ": " + one);
                }
            });
            Matcher table = CREATED.matcher(one);
            if (table.find()) {
                created.add(table.group(1));
            }
            Matcher index = INDEX.matcher(one);
            if (index.find() && !created.contains(index.group(1))) {
                faults.add("keeps writers of a table out while it makes an index (use concurrently): " + one);
            }
        }
        return faults;
    }
}
