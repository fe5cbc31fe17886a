import dev.posthaste.crons.CronExpression;
import dev.posthaste.crons.CronSchedule;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Prints when Posthaste fires: for each line, a zone and an expression behind a tab, the line and the seconds. */
class Fires {
    public static void main(String[] arguments) throws Exception {
        Instant start = Instant.parse(arguments[0]);
        int count = Integer.parseInt(arguments[1]);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] zoneAndExpression = line.split("\t", -1);
            CronSchedule schedule =
                    CronSchedule.of(CronExpression.parse(zoneAndExpression[1]), ZoneId.of(zoneAndExpression[0]));
            System.out.println(line + "\t" + Stream.iterate(schedule.next(start), schedule::next)
                    .limit(count)
                    .map(fire -> String.valueOf(fire.getEpochSecond()))
                    .collect(Collectors.joining(" ")));
        }
    }
}
