package dev.posthaste.crons;

import java.time.ZoneId;
import java.time.zone.ZoneRulesProvider;

/** Reads names of time zones: those of the IANA's database that this Java has, to the letter. */
public final class IanaZones {
    private static final String OLD_JAVAS = "SystemV/";

    private IanaZones() {}

    /**
     * The zone of that name. Offsets such as {@code +02:00} or {@code UTC+2} are no names.
     *
     * @throws UnknownZoneException when there is none
     */
    public static ZoneId parse(String name) throws UnknownZoneException {
        // ZoneId.of takes offsets as well.
        if (name.startsWith(OLD_JAVAS)
                || !ZoneRulesProvider.getAvailableZoneIds().contains(name)) {
            throw new UnknownZoneException();
        }
        return ZoneId.of(name);
    }
}
