package dev.posthaste.web;

import dev.posthaste.alerts.AlertChannels;
import dev.posthaste.alerts.Alerts;

/**
 * What the API does with alerts.
 *
 * @param sendsMail whether there is a mail server
 */
public record AlertServices(Alerts alerts, AlertChannels channels, boolean sendsMail) {}
