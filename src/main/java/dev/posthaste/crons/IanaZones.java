package dev.posthaste.crons;

import java.time.ZoneId;
import java.time.zone.ZoneRulesProvider;
import java.util.Map;

/** Reads names of time zones: those of the IANA's database that this Java has, to the letter. */
public final class IanaZones {
    private static final String OLD_JAVAS = "SystemV/";

    /**
     * Zones without daylight saving that the IANA has and Javas before 23 have not, by what they are links to.
     *
     * @see <a href="https://data.iana.org/time-zones/tzdb/backward">tzdb's backward</a>
     */
    private static final Map<String, String> LINKS =
            Map.of("EST", "America/Panama", "MST", "America/Phoenix", "HST", "Pacific/Honolulu");

    private IanaZones() {}

    /**
     * The zone of that name, which may have another one as its own. Offsets such as {@code +02:00} or {@code UTC+2} are no names.
     *
     * @throws UnknownZoneException when there is none
     */
    public static ZoneId parse(String name) throws UnknownZoneException {
        String link = LINKS.get(name);
        if (link != null) {
            return ZoneId.of(link);
        }
        // ZoneId.of takes offsets as well.
        if (name.startsWith(OLD_JAVAS)
                || !ZoneRulesProvider.getAvailableZoneIds().contains(name)) {
            throw new UnknownZoneException();
        }
        return ZoneId.of(name);
    }
}
