package dev.posthaste.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.List;

/** The limit of whoever commits each row by itself: an insert and its commit, as pgbench would. For the record. */
final class Commits implements Measure {
    @Override
    public String name() {
        return "commits";
    }

    @Override
    public List<Row> measure(Laboratory laboratory) throws Exception {
        PooledDatabase database = laboratory.database().create("commits");
        database.execute("create table rows (id bigint generated always as identity primary key, text text not null)");
        int total = laboratory.options().scaled(20_000);
        Contest contest = new Contest(laboratory);
        List.of(1, 8, 64)
                .forEach(callers -> contest.enter(
                        callers + (callers == 1 ? " connection" : " connections"),
                        "commits/s",
                        () -> Callers.rate(callers, callers == 1 ? total / 10 : total, number -> insert(database))));
        List<Figure> figures = List.copyOf(contest.run().values());
        return List.of(
                Row.of("the limit of single-row commits", figures.get(1), List.of(figures.get(0), figures.get(2)))
                        .noting("8 connections in the second column; not Posthaste"));
    }

    private static void insert(PooledDatabase database) throws Exception {
        try (Connection connection = database.pool().getConnection();
                PreparedStatement statement = connection.prepareStatement("insert into rows (text) values (?)")) {
            statement.setString(1, "a row of some length, as a job's would be");
            statement.executeUpdate();
        }
    }
}
