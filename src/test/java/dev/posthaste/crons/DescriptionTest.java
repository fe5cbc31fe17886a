package dev.posthaste.crons;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescriptionTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "* * * * *|Every minute",
                "*/1 * * * *|Every minute",
                "*/5 * * * *|Every 5 minutes",
                "0-59/5 0-23 * * *|Every 5 minutes",
                "0,30 * * * *|Every 30 minutes",
                "*/7 * * * *|At minutes 0, 7, 14, 21, 28, 35, 42, 49 and 56 of every hour",
                "5-50/15 * * * *|At minutes 5, 20, 35 and 50 of every hour",
                "0-10,30,45,46 * * * *|At minutes 0 to 10, 30, 45 and 46 of every hour",
                "@hourly|Every hour",
                "5 * * * *|At minute 5 of every hour",
                "0 */2 * * *|Every 2 hours",
                "30 */2 * * *|Every 2 hours from 00:30 to 22:30",
                "0 */5 * * *|Every 5 hours from 00:00 to 20:00",
                "0 9-17 * * MON-FRI|Every hour from 09:00 to 17:00 on Mondays to Fridays",
                "0 9-17/2 * * 1-5|Every 2 hours from 09:00 to 17:00 on Mondays to Fridays",
                "0 0,12 * * *|At 00:00 and 12:00 every day",
                "15 1,2,9 * * *|At 01:15, 02:15 and 09:15 every day",
                "15 1-4,9-12 * * *|At minute 15 of the hours 1 to 4 and 9 to 12 every day",
                "@daily|At 00:00 every day",
                "30 9 * * *|At 09:30 every day",
                "0,30 9,17 * * *|Every 30 minutes in the hours 9 and 17",
                "0,20 9,17 * * *|At 09:00, 09:20, 17:00 and 17:20 every day",
                "0-20 9 * * *|At minutes 0 to 20 of the hour 9 every day",
                "1,2,3 7,9,12 * * 6|At minutes 1 to 3 of the hours 7, 9 and 12 on Saturdays",
                "*/15 9-17 * * *|Every 15 minutes from 09:00 to 17:45",
                "* 9 * * *|Every minute from 09:00 to 09:59",
                "* 1,3,5 * * *|Every minute in the hours 1, 3 and 5",
                "@weekly|At 00:00 on Sundays",
                "0 12 * * FRI-SUN|At 12:00 on Fridays to Sundays",
                "0 12 * * 0,6|At 12:00 on Saturdays and Sundays",
                "0 12 * * 1,3,5|At 12:00 on Mondays, Wednesdays and Fridays",
                "0 12 * * 0,1,2|At 12:00 on Mondays, Tuesdays and Sundays",
                "@monthly|At 00:00 on day 1 of every month",
                "0 0 1,15 * *|At 00:00 on days 1 and 15 of every month",
                "0 0 1-7 * *|At 00:00 on days 1 to 7 of every month",
                "0 0 */10 * *|At 00:00 on days 1, 11, 21 and 31 of every month",
                "@yearly|At 00:00 on day 1 of January",
                "0 0 29 2 *|At 00:00 on day 29 of February",
                "0 6 1 1-3,7 *|At 06:00 on day 1 of January to March and July",
                "*/10 * * 12 *|Every 10 minutes in December",
                "0 6 * 6-8 *|At 06:00 every day in June to August",
                "5 * * 6 *|At minute 5 of every hour in June",
                "0 6 * 6 MON|At 06:00 on Mondays in June",
                "30 4 1,15 * 5|At 04:30 on days 1 and 15 of every month, and on Fridays too",
                "0 0 13 1 FRI|At 00:00 on day 13 of January, and on Fridays in January too",
                "0 0 */10 * MON|At 00:00 on Mondays that fall on days 1, 11, 21 and 31 of every month",
                "*/5 * 1-7 */6 */7|Every 5 minutes on Sundays that fall on days 1 to 7 of January and July",
                "0 0 1-31 * MON|At 00:00 every day",
                "0 0 1-31 6 MON|At 00:00 every day in June",
                "0 0 * * 0-6|At 00:00 every day",
                "0 0 * * */1|At 00:00 every day",
            })
    void anExpressionIsSaidInWords(String text, String words) throws InvalidCronException {
        assertThat(CronExpression.parse(text).description()).isEqualTo(words);
    }
}
