package dev.posthaste.audit;

import dev.posthaste.contract.ContractName;

/** What is told of. */
public enum AuditAction implements ContractName {
    JOB_CANCEL("job.cancel"),
    JOB_CHANGE("job.change"),
    JOB_REPLAY("job.replay"),
    JOB_DELETE("job.delete"),
    DEAD_LETTERS_REPLAY("dead_letters.replay"),
    DEAD_LETTERS_PURGE("dead_letters.purge"),
    QUEUE_CREATE("queue.create"),
    QUEUE_CHANGE("queue.change"),
    QUEUE_PAUSE("queue.pause"),
    QUEUE_RESUME("queue.resume"),
    QUEUE_PURGE("queue.purge"),
    QUEUE_DELETE("queue.delete"),
    CRON_CREATE("cron.create"),
    CRON_CHANGE("cron.change"),
    CRON_PAUSE("cron.pause"),
    CRON_RESUME("cron.resume"),
    CRON_RUN("cron.run"),
    CRON_DELETE("cron.delete"),
    ALERT_ACKNOWLEDGE("alert.acknowledge"),
    ALERT_CHANNEL_CREATE("alert_channel.create"),
    ALERT_CHANNEL_CHANGE("alert_channel.change"),
    ALERT_CHANNEL_DELETE("alert_channel.delete"),
    ALERT_CHANNEL_TEST("alert_channel.test"),
    OPERATION_START("operation.start"),
    OPERATION_STOP("operation.stop"),
    OPERATION_FINISH("operation.finish"),
    TOKEN_CREATE("token.create"),
    TOKEN_REVOKE("token.revoke"),
    SESSION_CREATE("session.create"),
    LOGIN_LINK_CREATE("login_link.create"),
    TEAM_CREATE("team.create"),
    TEAM_RENAME("team.rename"),
    TEAM_DELETE("team.delete"),
    SIGNING_SECRET_CREATE("signing_secret.create"),
    SIGNING_SECRET_DELETE("signing_secret.delete"),
    SECRET_KEY_CHANGE("secret_key.change"),
    SECRET_KEY_FORGET("secret_key.forget");

    private final String contractName;

    AuditAction(String contractName) {
        this.contractName = contractName;
    }

    @Override
    public String contractName() {
        return contractName;
    }
}
